import type { ProblemText } from './file.ts'

/** Words on the page that not everybody can understand, hear, see or act on. */
export const wordTexts = {
  'a11y.empty-text': {
    ja: '「{key}」の「{found}」には、読める文字がありません。',
    en: "'{found}' of '{key}' has no letter to read.",
    hint: { ja: '何のことかを言葉で書いてください。', en: 'Say in words what it is.' },
  },
  'a11y.required-mark': {
    ja: '見出しの「{found}」は要りません。必須か任意かは、自動で文字で表示されます。',
    en: "'{found}' in a label is not needed: whether it is required is shown in words by itself.",
    hint: {
      ja: '印を消し、必須なら required: true と書いてください。',
      en: 'Remove it, and write required: true where it is.',
    },
  },
  'a11y.spaced-letters': {
    ja: '「{found}」の字の間に空白があると、1字ずつ読み上げられます。',
    en: "With spaces inside '{found}' a screen reader spells it out.",
    hint: { ja: '空白を消してください。', en: 'Remove the spaces.' },
  },
  'a11y.label-example': {
    ja: '見出し「{name}」が例になっています。何を入力するかが分かりません。',
    en: "The label '{name}' is an example and does not say what is asked for.",
    hint: {
      ja: '見出しには項目の名前を、例は example に書いてください。',
      en: 'Name the field in label, and write the example in example.',
    },
  },
  'a11y.label-instruction': {
    ja: '見出し「{name}」がお願いの文になっています。項目の一覧で見たときに、何の項目か分かりません。',
    en: "The label '{name}' is an instruction; in a list of fields nobody sees what it is.",
    hint: {
      ja: '見出しには項目の名前（例：氏名）を、お願いは note か hint に書いてください。',
      en: 'Name the field in label, and write the instruction in note or hint.',
    },
    isAdvice: true,
  },
  'a11y.colour-only': {
    ja: '「{found}」は、色の見分けにくい人や読み上げで使う人に伝わりません。',
    en: "'{found}' says nothing to people who cannot see the colour.",
    hint: {
      ja: '色のほかに、名前や「必須」などの言葉で示してください。',
      en: 'Name it, or say what it is, beside the colour.',
    },
    isAdvice: true,
  },
  'a11y.place-only': {
    ja: '「{found}」は、画面の大きさや読み上げによっては見つかりません。',
    en: "'{found}' is somewhere else on small screens, and nowhere for those who listen.",
    hint: {
      ja: 'ボタンや項目の名前を「」で書いてください。',
      en: 'Name the button or the field itself.',
    },
    isAdvice: true,
  },
  'a11y.mouse-only': {
    ja: '「{found}」は、マウスを使わない人にはできません。',
    en: "'{found}' means nothing to people without a mouse.",
    hint: {
      ja: '「押す」「選ぶ」のように、どの道具でも分かる言葉にしてください。',
      en: "Write 'press' or 'choose', which holds for every device.",
    },
    isAdvice: true,
  },
  'a11y.all-caps': {
    ja: '大文字だけの「{found}」は読みにくく、1字ずつ読み上げられることがあります。',
    en: "'{found}' in capitals only is hard to read and may be spelt out.",
    hint: { ja: '普通の大文字と小文字で書いてください。', en: 'Write it with small letters.' },
    isAdvice: true,
  },
  'a11y.half-kana': {
    ja: '半角カタカナの「{found}」は、読み上げが途切れることがあります。',
    en: "Half-width kana such as '{found}' are not read well aloud.",
    hint: { ja: '全角カタカナで書いてください。', en: 'Write them full width.' },
    isAdvice: true,
  },
  'a11y.ornament': {
    ja: '飾りの「{found}」は、1つずつ読み上げられます。',
    en: "Ornaments such as '{found}' are read out one by one.",
    hint: {
      ja: '消して、区切りは見出し（title、##）にしてください。',
      en: 'Remove them, and use headings (title, ##) to divide.',
    },
    isAdvice: true,
  },
  'a11y.long-sentence': {
    ja: '1つの文が100文字を超えています。長い文は、読み終わる前に意味を見失います。',
    en: 'One sentence has more than 100 characters, which is hard to follow.',
    hint: {
      ja: '2つ以上の文に分けるか、箇条書きにしてください。',
      en: 'Make it several sentences or a list.',
    },
    isAdvice: true,
  },
  'a11y.long-hint': {
    ja: '見出しの後の hint が60文字を超えています。項目に移るたびに全部が読み上げられます。',
    en: 'The hint behind the label has more than 60 characters; all of it is read out at every visit.',
    hint: {
      ja: '短くするか、note か help に移してください。',
      en: 'Shorten it, or move it to note or help.',
    },
    isAdvice: true,
  },
  'a11y.language': {
    ja: '「{key}」の en が日本語で書かれています。英語の声では読み上げられません。',
    en: "The en of '{key}' is written in Japanese, which an English voice cannot read.",
    hint: { ja: '英語で書いてください。', en: 'Write it in English.' },
  },
  // Links
  'a11y.link-vague': {
    ja: 'リンクの文「{name}」だけでは、行き先が分かりません。',
    en: "'{name}' alone does not say where the link leads.",
    hint: {
      ja: '行き先の名前を文にしてください。変えられないときは、about: に行き先の説明を書いてください。',
      en: 'Name the place it leads to; where the words are fixed, describe it in about:.',
    },
  },
  'a11y.page-link-vague': {
    ja: 'リンクの文「{name}」だけでは、行き先が分かりません。',
    en: "'{name}' alone does not say where the link leads.",
    hint: {
      ja: '行き先の名前を文にするか、[{name}](アドレス "行き先の説明") と書いてください。',
      en: 'Name the place it leads to, or write [{name}](address "what it is").',
    },
  },
  'a11y.link-url': {
    ja: 'アドレスそのもの「{name}」がリンクの文になっています。1字ずつ読み上げられます。',
    en: "The link says its address '{name}', which is spelt out aloud.",
    hint: { ja: 'ページの名前を書いてください。', en: 'Write the name of the page.' },
    isAdvice: true,
  },
  'a11y.link-same': {
    ja: '「{name}」というリンクが2つあり、行き先が違います。',
    en: "Two links say '{name}' and lead to different places.",
    hint: {
      ja: '違いが分かる文にするか、about: に行き先の説明を書いてください。',
      en: 'Give each words of its own, or describe it in about:.',
    },
  },
  // Pages and mails
  'a11y.heading-jump': {
    ja: '見出し「{name}」（###）の前に、1つ上の見出し（##）がありません。',
    en: "The heading '{name}' (###) has none (##) above it.",
    hint: {
      ja: '## にするか、前に ## の見出しを置いてください。',
      en: 'Make it ##, or put a ## heading before it.',
    },
  },
  'a11y.heading-same': {
    ja: '見出し「{name}」が、このページに2回あります。',
    en: "The heading '{name}' stands twice on this page.",
    hint: { ja: '違いが分かる見出しにしてください。', en: 'Give each words of its own.' },
    isAdvice: true,
  },
  'a11y.heading-bold': {
    ja: '太字だけの行「{name}」は、見出しとして読み上げられません。',
    en: "The bold line '{name}' is no heading for those who listen.",
    hint: { ja: '見出しなら ## で書いてください。', en: 'Write ## where it is a heading.' },
    isAdvice: true,
  },
  'a11y.mail-table': {
    ja: 'メールの表に、列の見出し（th）がありません。',
    en: 'A table of this mail has no headings (th) for its columns.',
    hint: {
      ja: '1行目を <th> で書くか、表をやめて文にしてください。',
      en: 'Write the first row with <th>, or use sentences instead.',
    },
  },
} satisfies { readonly [code: string]: ProblemText }
