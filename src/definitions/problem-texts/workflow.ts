import type { ProblemText } from './file.ts'

/** What can be wrong in `workflows/*.yaml`. */
export const workflowTexts = {
  'workflow.choice-open': {
    ja: '{key} の最後には、条件（when）のない行が必要です。',
    en: 'The last line of {key} must have no condition (when).',
    hint: {
      ja: 'どの条件にも当てはまらないときの状態を「- to: 状態」で書いてください。',
      en: "Write '- to: state' for whatever no condition meets.",
    },
  },
  'workflow.choice-shadowed': {
    ja: 'この行の前に条件のない行があるので、ここには来ません。',
    en: 'A line without a condition comes before, so this one is never reached.',
    hint: {
      ja: '条件のない行を最後に移してください。',
      en: 'Move the line without a condition to the end.',
    },
  },
  'state.unreachable': {
    ja: '状態「{name}」には、どこからも進めません。',
    en: "The state '{name}' cannot be reached.",
    hint: {
      ja: 'start、choose、手順の then、操作の to、期限（after、link の then）のいずれかで使うか、消してください。',
      en: 'Use it in start, choose, the then of steps, the to of an action, after or the then of a link, or remove it.',
    },
  },
  'state.no-exit': {
    ja: '状態「{name}」から終わり（end）にたどり着けません。',
    en: "No end can be reached from the state '{name}'.",
    hint: {
      ja: '終わりの状態へ進む操作か期限を書いてください。',
      en: 'Add an action or a time limit that leads to an end.',
    },
  },
  'state.untimed': {
    ja: '状態「{name}」には期限がなく、誰も何もしないと申請が残り続けます。',
    en: "The state '{name}' has no time limit; without anybody acting, submissions stay for ever.",
    hint: {
      ja: 'after: { 30 days: 状態 } か、link の then を書いてください。',
      en: 'Write after: { 30 days: state } or the then of a link.',
    },
  },
  'state.end-continues': {
    ja: '状態「{name}」は終わり（end）なので、「{key}」は書けません。',
    en: "The state '{name}' is an end and cannot have '{key}'.",
    hint: { ja: 'その項目か end を消してください。', en: 'Remove that key or end.' },
  },
  'workflow.no-calendar': {
    ja: '営業日（business days）を数える暦がありません。',
    en: 'There is no calendar in which business days are counted.',
    hint: {
      ja: '流れに calendar: holidays のように書いてください。',
      en: 'Write calendar: holidays, for example, in the workflow.',
    },
  },
  'state.choose-waits': {
    ja: '状態「{name}」は choose ですぐに次へ進むので、「{key}」は書けません。',
    en: "The state '{name}' goes on at once by choose and cannot have '{key}'.",
    hint: {
      ja: 'その行を消すか、別の状態に移してください。',
      en: 'Remove it or move it to another state.',
    },
  },
  'state.work-missing': {
    ja: '「{key}」は steps のある状態にだけ書けます。',
    en: "'{key}' belongs to a state with steps.",
    hint: {
      ja: 'steps: を書くか、「{key}」を消してください。',
      en: "Write steps: or remove '{key}'.",
    },
  },
  'state.loop': {
    ja: '状態「{name}」からは、誰も何もしなくても「{name}」に戻ってきて、終わりません。',
    en: "From the state '{name}' submissions come back to it by themselves, for ever.",
    hint: {
      ja: '途中に、操作か期限で進む状態を置いてください。',
      en: 'Put a state on the way that is left by an action or a time limit.',
    },
  },
  'work.nested': {
    ja: 'all の中に all は書けません。',
    en: 'There can be no all inside all.',
    hint: { ja: '1つの all にまとめてください。', en: 'Write them all in one.' },
  },
  'effect.needs': {
    ja: '「{name}」には「{key}」が必要です。',
    en: "'{name}' needs '{key}'.",
    hint: { ja: 'with: に「{key}」を書いてください。', en: "Write '{key}' in with:." },
  },
  'action.by-link': {
    ja: '操作「{name}」は by: link ではないので、メールのリンクにできません。',
    en: "The action '{name}' is not by: link and cannot be put into a mail.",
    hint: {
      ja: '操作を by: link にするか、リンクをやめてください。',
      en: 'Make the action by: link, or drop the link.',
    },
  },
  'action.no-link': {
    ja: '操作「{name}」は by: link ですが、この状態に入るときのメールにリンクがありません。',
    en: "The action '{name}' is by: link, but no mail of this state carries its link.",
    hint: {
      ja: 'メールに link: { action: {name}, expires: 24 hours } を書いてください。',
      en: 'Write link: { action: {name}, expires: 24 hours } at the mail.',
    },
  },
  'action.idle': {
    ja: '操作「{name}」をしても何も起きません。',
    en: "The action '{name}' does nothing.",
    hint: { ja: 'to、again、note のどれかを書いてください。', en: 'Write to, again or note.' },
  },
  'action.actor': {
    ja: '操作「{name}」の「{key}」は、by: {by} のときだけ書けます。',
    en: "'{key}' of the action '{name}' belongs to by: {by}.",
    hint: { ja: 'by を直すか、「{key}」を消してください。', en: "Correct by or remove '{key}'." },
  },
  'action.nothing-marked': {
    ja: '操作「{name}」で直せる項目がありません。状態「{state}」に進む操作のどれにも mark がないからです。',
    en: "Nothing can be corrected by '{name}': no action that leads to '{state}' marks anything.",
    hint: {
      ja: '差し戻す操作に mark: required を書いてください。',
      en: 'Write mark: required at the action that returns it.',
    },
  },
  'action.mark-unused': {
    ja: '操作「{name}」で選んだ項目を、次の状態で直せません。',
    en: "What the action '{name}' marks cannot be corrected in the next state.",
    hint: {
      ja: '次の状態に、by: applicant で edit: marked の操作を書いてください。',
      en: 'Give the next state an action by: applicant with edit: marked.',
    },
  },
  'action.four-eyes-secret': {
    ja: '操作「{name}」は確認されるまで内容を保存するので、パスワードなど見せない項目のあるフォームは使えません。',
    en: "The action '{name}' is kept until a second person agrees, so its form can have no secret field.",
    hint: {
      ja: 'フォームからその項目を除くか、fourEyes を消してください。',
      en: 'Take that field out of the form, or remove fourEyes.',
    },
  },
  'account.needs': {
    ja: 'account: create には「{key}」が必要です。',
    en: "account: create needs '{key}'.",
    hint: { ja: '足りない項目を書いてください。', en: 'Write what is missing.' },
  },
  'message.differs': {
    ja: 'メッセージ「{name}」の文が、この流れを使うポータルで違っています。',
    en: "The message '{name}' differs between the portals that use this workflow.",
    hint: {
      ja: 'どのポータルでも同じ文にするか、流れを分けてください。',
      en: 'Use the same text in all of them, or separate workflows.',
    },
  },
} satisfies { readonly [code: string]: ProblemText }
