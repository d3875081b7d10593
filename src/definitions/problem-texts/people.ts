import type { ProblemText } from './file.ts'

/** What would keep people out: keys that hinder, and fields, forms and states that cannot be told apart or understood. */
export const peopleTexts = {
  // Keys that are left out of the language on purpose
  'a11y.placeholder': {
    ja: '「{key}」は使えません。入力を始めると消える文は、読み返せません。',
    en: "'{key}' cannot be used: text that goes away while typing cannot be read again.",
    hint: {
      ja: '例は example に、説明は note に書いてください。',
      en: 'Write examples in example and explanations in note.',
    },
  },
  'a11y.read-only': {
    ja: '「{key}」は使えません。書き込めない入力欄は、こわれているように見えます。',
    en: "'{key}' cannot be used: an input that takes nothing looks broken.",
    hint: {
      ja: '見せるだけの値は type: fact、constant、computed のどれかにしてください。',
      en: 'Make a value that is only shown a field of type fact, constant or computed.',
    },
  },
  'a11y.disabled': {
    ja: '「{key}」は使えません。押せない理由が、見る人に伝わりません。',
    en: "'{key}' cannot be used: nobody learns why it does not work.",
    hint: {
      ja: '出さない項目は when で隠してください。足りない入力は、送信のときに文で伝えられます。',
      en: 'Hide with when what is not needed; what is missing is said on sending.',
    },
  },
  'a11y.order': {
    ja: '「{key}」は使えません。画面の順と進む順が違うと、キーボードで迷います。',
    en: "'{key}' cannot be used: people at a keyboard get lost when the order differs from the page.",
    hint: {
      ja: '項目を、進んでほしい順に並べて書いてください。',
      en: 'Write the fields in the order in which they are to be filled in.',
    },
  },
  'a11y.tooltip': {
    ja: '「{key}」は使えません。指を重ねたときだけ出る文は、画面に触れる人やキーボードの人が読めません。',
    en: "'{key}' cannot be used: touch and keyboard never show what only appears under a mouse.",
    hint: {
      ja: 'いつも見せる説明は note に、押して開く説明は help に書いてください。',
      en: 'Write what is always shown in note, and what opens on a press in help.',
    },
  },
  'a11y.style': {
    ja: '「{key}」は使えません。色や大きさだけでは、見えにくい人に意味が伝わりません。',
    en: "'{key}' cannot be used: colour and size alone say nothing to many people.",
    hint: {
      ja: '注意は tone: warning にし、意味は文で書いてください。',
      en: 'Give a notice tone: warning, and say what is meant in words.',
    },
  },
  'a11y.auto-submit': {
    ja: '「{key}」は使えません。入力の途中で画面が動くと、何が起きたか分からなくなります。',
    en: "'{key}' cannot be used: nobody expects the page to move on while typing.",
    hint: {
      ja: '先へ進むのは、submit のボタンを押したときだけにしてください。',
      en: 'Let people go on by pressing the button of submit, and in no other way.',
    },
  },
  'a11y.paste': {
    ja: '「{key}」は使えません。貼り付けができないと、長い番号やパスワードを入力できない人がいます。',
    en: "'{key}' cannot be used: some people can enter long codes and passwords by pasting only.",
    hint: {
      ja: 'この行を消してください。打ち間違いは type: confirm で確かめられます。',
      en: 'Remove it. A field of type confirm finds slips of the finger.',
    },
  },
  'a11y.puzzle': {
    ja: '「{key}」は使えません。文字の判読や計算の問題は、解けない人を締め出します。',
    en: "'{key}' cannot be used: puzzles shut people out.",
    hint: {
      ja: 'この行を消してください。続けて送れる回数は、もともと制限されています。',
      en: 'Remove it. How often one can send is limited anyway.',
    },
  },
  'a11y.timeout': {
    ja: '「{key}」は使えません。入力にかかる時間は、人によって大きく違います。',
    en: "'{key}' cannot be used: how long people need differs widely.",
    hint: {
      ja: 'この行を消してください。申請の期限は、流れの after に日数で書けます。',
      en: 'Remove it. A deadline of a submission is written in after of its workflow, in days.',
    },
  },
  'a11y.image': {
    ja: '「{key}」は使えません。絵だけで伝えたことは、見えない人に届きません。',
    en: "'{key}' cannot be used: what only a picture says does not reach everybody.",
    hint: {
      ja: '同じことを文で書いてください。',
      en: 'Say the same in words.',
    },
  },
  'a11y.mask': {
    ja: '「{key}」は使えません。打った文字が勝手に変わると、読み上げで入力する人が直せなくなります。',
    en: "'{key}' cannot be used: text that changes while typing cannot be followed by ear.",
    hint: {
      ja: '全角や空白、ハイフンの違いは自動で直ります。桁数は length に、例は example に書いてください。',
      en: 'Width, spaces and hyphens are folded anyway. Write the length in length and an example in example.',
    },
  },
  'a11y.moving': {
    ja: '「{key}」は使えません。動くものがあると、読み終えられない人がいます。',
    en: "'{key}' cannot be used: some people cannot read beside something that moves.",
    hint: {
      ja: 'すべてを並べて書いてください。',
      en: 'Write everything out, one below the other.',
    },
  },
  // Fields
  'a11y.autocomplete-unknown': {
    ja: 'autocomplete の「{name}」は、ブラウザーの知らない言葉です。',
    en: "'{name}' is no word of autocomplete that browsers know.",
    hint: {
      ja: '例：name、family-name、given-name、email、tel、postal-code、street-address、bday、organization。当てはまるものがなければ、この行を消してください。',
      en: 'For example name, family-name, given-name, email, tel, postal-code, street-address, bday or organization. Remove it when none fits.',
    },
  },
  'a11y.autocomplete-kind': {
    ja: 'autocomplete の「{name}」は、type: {type} の項目に入る値ではありません。',
    en: "'{name}' of autocomplete is not what a field of type {type} holds.",
    hint: { ja: '使えるもの：{allowed}', en: 'Possible: {allowed}' },
  },
  'a11y.autocomplete-off': {
    ja: 'パスワードの項目「{name}」で、ブラウザーや管理アプリの助けを止めています。',
    en: "The password '{name}' keeps browsers and password managers from helping.",
    hint: {
      ja: 'ログインなら current-password、新しく決めるなら new-password と書いてください。',
      en: 'Write current-password to log in, or new-password to choose a new one.',
    },
  },
  'a11y.autocomplete-nobody': {
    ja: 'type: {type} の項目には誰も入力しないので、autocomplete は書けません。',
    en: 'Nobody types in a field of type {type}, so autocomplete has no meaning.',
    hint: { ja: 'この行を消してください。', en: 'Remove it.' },
  },
  'a11y.autocomplete-missing': {
    ja: '「{name}」は、入力する人がブラウザーに覚えさせている値かもしれません。',
    en: "'{name}' may be something that browsers can fill in for people.",
    hint: {
      ja: '本人のものなら autocomplete: {token}、ほかの人や施設のものなら autocomplete: "off" と書いてください。',
      en: 'Write autocomplete: {token} when it is about the person, or "off" when it is about somebody else.',
    },
    isAdvice: true,
  },
  'a11y.choice-same': {
    ja: '同じ文の選択肢「{name}」が2つあり、区別できません。',
    en: "Two choices are called '{name}' and cannot be told apart.",
    hint: { ja: '違いが分かる文にしてください。', en: 'Give each a text of its own.' },
  },
  'a11y.choice-single': {
    ja: '選択肢が1つだけの radio では、選び直せません。',
    en: 'A radio with one choice cannot be changed back.',
    hint: {
      ja: 'はい・いいえの2つにするか、type: checkbox にしてください。',
      en: 'Offer two choices, or make it a checkbox.',
    },
  },
  'a11y.choice-many': {
    ja: 'radio の選択肢が {count} 個あります。{max} 個を超えると、目当てのものを探しにくくなります。',
    en: 'This radio has {count} choices. Above {max} it is hard to find the right one.',
    hint: {
      ja: 'type: select か combobox にしてください。',
      en: 'Make it a select or a combobox.',
    },
    isAdvice: true,
  },
  // Forms
  'a11y.label-repeated': {
    ja: '見出し「{name}」が、同じまとまりの項目「{other}」と同じです。読み上げでは区別できません。',
    en: "The label '{name}' is that of the field '{other}' beside it; by ear they cannot be told apart.",
    hint: {
      ja: '違いが分かる見出しにするか、まとまり（section）に title を付けて分けてください。',
      en: 'Give each a label of its own, or put them into sections with titles.',
    },
  },
  'a11y.section-same': {
    ja: 'まとまりの題名「{name}」が2回使われています。',
    en: "Two sections are titled '{name}'.",
    hint: { ja: '違いが分かる題名にしてください。', en: 'Give each a title of its own.' },
  },
  'a11y.asked-twice': {
    ja: '「{name}」は、「{other}」と同じこと（{token}）をもう一度たずねています。',
    en: "'{name}' asks for the same ({token}) as '{other}' a second time.",
    hint: {
      ja: 'どちらかを消すか、from: で前の答えを入れてください。別の人のことなら autocomplete を消してください。',
      en: 'Remove one, or fill it with from:. If it is about somebody else, remove autocomplete.',
    },
  },
  'a11y.known-already': {
    ja: '「{name}」は、ログインした人について分かっている値です。もう一度たずねる必要はありません。',
    en: "'{name}' is known of whoever is logged in, and need not be asked again.",
    hint: {
      ja: 'from: account.{id} と書くと、はじめから入ります。見せるだけなら type: fact にしてください。',
      en: 'Write from: account.{id} to have it filled in, or make it a fact to show it only.',
    },
    isAdvice: true,
  },
  'a11y.asked-before': {
    ja: '「{name}」は、この流れのはじめのフォームの項目「{other}」でたずねたことです。',
    en: "'{name}' was asked already as '{other}' in the form that starts this workflow.",
    hint: {
      ja: '前の答えを使うか、違うことだと分かる見出しにしてください。',
      en: 'Use the earlier answer, or say in the label how this differs.',
    },
    isAdvice: true,
  },
  'a11y.many-fields': {
    ja: '1つの画面に入力する項目が {count} 個あります。{max} 個を超えると、途中でやめる人が増えます。',
    en: 'One page asks for {count} things. Above {max} more people give up.',
    hint: {
      ja: '話題ごとに画面を分けるか、なくてもよい項目を減らしてください。',
      en: 'Split it by topic into several pages, or leave out what is not needed.',
    },
    isAdvice: true,
  },
  // Colours
  'theme.contrast': {
    ja: '「{key}」の色「{name}」は、「{other}」との明るさの差が小さくて読めません（{ratio}:1。4.5:1以上が必要です）。',
    en: "'{name}' of '{key}' cannot be read beside '{other}': {ratio}:1, and 4.5:1 is needed.",
    hint: {
      ja: '読めるうちで最も近い色「{nearest}」にしてください。',
      en: "The nearest colour that can be read is '{nearest}'.",
    },
  },
  // Buttons and time limits
  'a11y.button-vague': {
    ja: 'ボタンの文「{name}」だけでは、押すと何が起きるか分かりません。',
    en: "'{name}' on a button does not say what happens.",
    hint: {
      ja: '「申し込む」「変更を保存する」のように、することを書いてください。',
      en: "Say what it does, such as 'Apply' or 'Save changes'.",
    },
  },
  'a11y.button-same': {
    ja: '同じ状態に、同じ文のボタン「{name}」が2つあります。',
    en: "One state has two buttons that say '{name}'.",
    hint: { ja: '違いが分かる文にしてください。', en: 'Give each words of its own.' },
  },
  'a11y.time-limit': {
    ja: 'リンクの期限「{name}」が短く、間に合わなかった人がやり直せません。',
    en: "The link works for '{name}' only, and whoever is late cannot get another.",
    hint: {
      ja: '20時間以上にするか、again: で送り直す操作を置いてください。',
      en: 'Let it work for 20 hours or more, or add an action with again: that sends a new one.',
    },
  },
} satisfies { readonly [code: string]: ProblemText }
