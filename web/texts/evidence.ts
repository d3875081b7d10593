import type { Locale } from '../../src/form/form.ts'

const ja = {
  loading: '読み込んでいます…',
  opened: (pages: number) => `全${pages}ページを表示しています。`,
  page: (page: number, pages: number) => `${page} / ${pages} ページ`,
  larger: '拡大',
  smaller: '縮小',
  turn: '右に90度回す',
  zoom: (percent: number) => `${percent}％`,
  download: 'ダウンロード',
  again: 'もう一度読み込む',
  notFetched:
    'ファイルを読み込めませんでした。通信の状態を確かめて、もう一度読み込んでください。続くときは、ページを開き直してログインを確かめてください。',
  locked:
    'パスワードで保護されたPDFのため、ここには表示できません。ダウンロードして開くか、申請者に保護のないファイルを求めてください。',
  broken:
    'このPDFは壊れているか、ここでは読めない形のため、表示できません。ダウンロードして別のソフトで開いてください。',
  pageBroken: 'このページは表示できません。ダウンロードして確かめてください。',
}
const en: typeof ja = {
  loading: 'Loading…',
  opened: (pages) => (pages === 1 ? 'Showing the one page.' : `Showing all ${pages} pages.`),
  page: (page, pages) => `Page ${page} of ${pages}`,
  larger: 'Larger',
  smaller: 'Smaller',
  turn: 'Turn right by 90 degrees',
  zoom: (percent) => `${percent} %`,
  download: 'Download',
  again: 'Load again',
  notFetched:
    'The file could not be loaded. Please check the connection and load it again. If that does not help, open the page anew and see whether you are still logged in.',
  locked:
    'This PDF is protected by a password and cannot be shown here. Download it, or ask the applicant for one without protection.',
  broken:
    'This PDF is damaged, or of a kind that cannot be read here. Please download it and open it with another program.',
  pageBroken: 'This page cannot be shown. Please download the file.',
}

/** What is said beside a PDF that is looked at on the spot. */
export function evidenceTexts(locale: Locale): typeof ja {
  return locale === 'en' ? en : ja
}
