import type { ProblemText } from './file.ts'

/** Mails, documents and pages. */
export const printedTexts = {
  'mail.placeholder': {
    ja: 'メールの「{{{name}}}」に入る値がありません。',
    en: "Nothing fills '{{{name}}}' in this mail.",
    hint: { ja: '使えるもの：{allowed}', en: 'Possible: {allowed}' },
  },
  'mail.empty': {
    ja: 'メールの「{{{name}}}」は、空になることがあります（フォーム「{form}」）。',
    en: "'{{{name}}}' of this mail can be empty (form '{form}').",
    hint: {
      ja: '空のときに出す文を縦線の後に書いてください。例：{{{name}|なし}}',
      en: 'Write behind a bar what is printed then, such as {{{name}|none}}.',
    },
  },
  'placeholder.missed': {
    ja: '「{{{name}}}」は空になることがあります。「{giver}」を通らずにここへ来る進み方があるためです。',
    en: "'{{{name}}}' can be empty: a way leads here that does not pass '{giver}'.",
    hint: {
      ja: '空のときに出す文を縦線の後に書いてください。例：{{{name}|なし}}',
      en: 'Write behind a bar what is printed then, such as {{{name}|none}}.',
    },
  },
  'mail.with-unused': {
    ja: 'with で渡す「{name}」は、メール「{mail}」の文で使われていません。',
    en: "The mail '{mail}' does not use '{name}', which with gives to it.",
    hint: {
      ja: 'メールの文に {{{name}}} と書くか、with から消してください。',
      en: 'Write {{{name}}} in the mail, or remove it from with.',
    },
  },
  'mail.no-link': {
    ja: 'リンクを送るメール「{name}」の文に {{link}} がありません。',
    en: "The mail '{name}' is sent with a link, but has no {{link}}.",
    hint: {
      ja: '本文とテキストに {{link}} を書いてください。',
      en: 'Write {{link}} into body and text.',
    },
  },
  'mail.link-not-given': {
    ja: 'メール「{name}」には {{link}} がありますが、送る側に link: がありません。',
    en: "The mail '{name}' has {{link}}, but is sent without link:.",
    hint: {
      ja: '送る側に link: を書くか、{{link}} を消してください。',
      en: 'Write link: where it is sent, or remove {{link}}.',
    },
  },
  'mail.layout-missing': {
    ja: 'メールの共通の枠（workflows/mails/{name}）がありません。',
    en: 'The common layout of mails (workflows/mails/{name}) is missing.',
    hint: { ja: '示されたファイルを置いてください。', en: 'Put the file in.' },
  },
  'mail.body': {
    ja: 'メールの本文（MJML）に問題があります（{detail}）。',
    en: 'The body (MJML) has a problem ({detail}).',
    hint: { ja: '示された箇所の MJML を直してください。', en: 'Correct the MJML at that place.' },
  },
  'issue.needs-account': {
    ja: '発行したものは利用者の施設のものになるので、ログインしないで使うフォーム「{name}」では発行できません。',
    en: "What is issued belongs to a member's facility, so the form '{name}', which needs no login, cannot lead to it.",
    hint: {
      ja: 'フォームを access: account にしてください。',
      en: 'Make the form access: account.',
    },
  },
  'document.placeholder': {
    ja: '文書の「{{{name}}}」に入る値がありません。',
    en: "Nothing fills '{{{name}}}' in this document.",
    hint: { ja: '使えるもの：{allowed}', en: 'Possible: {allowed}' },
  },
  'document.empty': {
    ja: '文書の「{{{name}}}」は、空になることがあります（フォーム「{form}」）。',
    en: "'{{{name}}}' of this document can be empty (form '{form}').",
    hint: {
      ja: '空のときに出す文を縦線の後に書くか（例：{{{name}|なし}}）、行の empty に書くか、when で空のときを除いてください。',
      en: "Write what is printed then behind a bar, such as {{{name}|none}}, or as 'empty' of the row, or leave it out by 'when'.",
    },
  },
  'page.front-matter': {
    ja: 'ページの先頭に題名がありません。',
    en: 'The page does not begin with its title.',
    hint: {
      ja: '先頭に「---」「title: 題名」「---」の3行を書いてください。',
      en: "Begin with the three lines '---', 'title: …', '---'.",
    },
  },
  'card.types-open': {
    ja: '「types」は state: restricted のカードだけに書けます（今は {state}）。',
    en: "'types' belongs to a card with state: restricted only (this one is {state}).",
    hint: {
      ja: 'state: restricted にするか、types を消してください。',
      en: 'Write state: restricted, or remove types.',
    },
  },
  'faq.no-questions': {
    ja: 'よくある質問のファイルに、質問がありません。',
    en: 'This file of questions has no question.',
    hint: {
      ja: '質問は「### 質問」の行、答えはその下に書いてください。',
      en: "Write a question as a line '### …', and its answer below it.",
    },
  },
  'faq.no-question': {
    ja: 'この文は、どの質問の答えでもありません。',
    en: 'This text answers no question.',
    hint: {
      ja: '前に「### 質問」の行を書くか、最初の見出しより前に移してください。',
      en: "Put a line '### …' before it, or move it before the first heading.",
    },
  },
  'page.html': {
    ja: 'ページに HTML は書けません。',
    en: 'HTML cannot be used in pages.',
    hint: {
      ja: '見出し（## ）、箇条書き（- ）、太字（**…**）、リンク（[…](…)）で書いてください。',
      en: 'Use headings (## ), lists (- ), strong (**…**) and links ([…](…)).',
    },
  },
  'page.unsupported': {
    ja: '{what}はページでは使えません。',
    en: '{whatEn} cannot be used in pages.',
    hint: {
      ja: '見出し（## と ###）、段落、箇条書き、太字、リンクで書いてください。',
      en: 'Write headings (## and ###), paragraphs, lists, strong and links.',
    },
  },
  'link.target': {
    ja: 'リンク先「{name}」がありません。',
    en: "There is no '{name}' to link to.",
    hint: { ja: '使えるもの：{allowed}', en: 'Possible: {allowed}' },
  },
  'link.unsafe': {
    ja: 'リンク先「{name}」は使えません。',
    en: "The link target '{name}' cannot be used.",
    hint: {
      ja: 'ポータルの中のアドレスか https:// で始まるアドレスを書いてください。',
      en: 'Write an address inside the portal or one that begins with https://.',
    },
  },
} satisfies { readonly [code: string]: ProblemText }
