import type { ProblemCode } from '../problem-texts/index.ts'

/**
 * Keys that other form builders have and this language leaves out on purpose, since they keep people out (A13, A22): each
 * gets the words that say why, and what to write instead.
 */
const FOREIGN: { readonly [code in ProblemCode]?: readonly string[] } = {
  'a11y.placeholder': ['placeholder', 'プレースホルダー', 'watermark'],
  'a11y.read-only': ['readonly', 'readOnly', 'read_only', 'editable'],
  'a11y.disabled': ['disabled', 'enabled', 'disable', 'submitDisabled'],
  'a11y.order': ['tabindex', 'tabIndex', 'accesskey', 'accessKey', 'autofocus', 'autoFocus'],
  'a11y.tooltip': ['tooltip', 'popup', 'hover'],
  'a11y.style': ['color', 'colour', 'style', 'css', 'class', 'fontSize', 'bold', 'align', 'blink'],
  'a11y.auto-submit': ['autoSubmit', 'submitOnChange', 'onChange', 'onBlur', 'autoAdvance'],
  'a11y.paste': ['paste', 'noPaste', 'disablePaste', 'preventPaste'],
  'a11y.puzzle': ['captcha', 'recaptcha', 'puzzle', 'quiz'],
  'a11y.timeout': ['timeout', 'timeLimit', 'countdown', 'sessionTimeout'],
  'a11y.image': ['image', 'icon', 'picture', 'img', 'alt'],
  'a11y.mask': ['mask', 'inputMask', 'format', 'keyFilter'],
  'a11y.moving': ['autoplay', 'marquee', 'animation', 'carousel', 'slider'],
}

const CODES: ReadonlyMap<string, ProblemCode> = new Map(
  Object.entries(FOREIGN).flatMap(([code, keys]) =>
    keys.map((key) => [key, code as ProblemCode] as const),
  ),
)

/** The problem that explains such a key better than that it is unknown. */
export function foreignKey(key: string): ProblemCode | undefined {
  return CODES.get(key)
}
