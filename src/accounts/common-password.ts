/**
 * Whether a password is one that many people choose (trust-and-ux.md §2.2, S02). It is a small grammar, not a list of
 * 100,000 leaked passwords: a password is common when it consists of nothing but well-known words, keyboard and
 * number runs, repetitions, years and dates, and fillers such as `1`, `123` or `!`. So `Password1`, `P@ssw0rd2024`,
 * `Qwerty123`, `Sakura1985!` and `Abcd1234` are found in all their spellings, while a leaked password without such a
 * pattern is not.
 */
export function isCommonPassword(password: string): boolean {
  const folded = password.normalize('NFKC').toLowerCase()
  return [folded, unleet(folded, 'i'), unleet(folded, 'l')].some(isMadeOfCommonParts)
}

/**
 * Whether the password holds a word that anybody knows about its owner: facility code or name, login, portal name.
 * Words shorter than 4 characters are passed over, since they occur by accident.
 */
export function holdsContextWord(password: string, words: readonly string[]): boolean {
  const folded = fold(password)
  return words.some((word) => {
    const wanted = fold(word)
    return [...wanted].length >= CONTEXT_WORD_MIN && folded.includes(wanted)
  })
}

const CONTEXT_WORD_MIN = 4

/** More parts than this is no habit any more, even when each is common. */
const PARTS_MAX = 4

/** Longer ones are not searched; a passphrase of common words this long is strong enough. */
const LENGTH_MAX = 40

const WORDS = new Set(
  `abc abcd abcde account admin administrator amazon angel apple asdf baby banana baseball basketball batman beauty beer
  bicycle biscuit blue boss bunny butterfly center change changeme charlie cheese cherry chocolate clinic coffee
  computer cookie default demo desktop diamond doctor dog dolphin dragon eagle fire flower football forever freedom
  friend game garden gold golf google guest guitar happy hanako health heart heaven hello hospital internet iloveyou
  japan kanri kanrisha killer king kitty koala konnichiwa kyoto letmein lion login love lovely lucky macbook magic
  manager master medical member merlin money monkey moon mother music mustang nagoya ninja nippon nurse nyanko office
  orange osaka pass passw passwd password passwort peace peanut pepper phone pikachu pokemon portal power prince
  princess private purple queen rabbit rainbow root sakura samurai sapporo secret security server shadow shop silver
  snoopy soccer sokoban solo spring star starwars student suisen summer sun sunflower sunshine super superman suzuki
  tanaka taro taroo tanuki temp temporary test tester tiger tokyo toyota trust unlock user username watanabe welcome
  white windows winter wolf yamada yamamoto yuki autumn himitsu arigato arigatou aishiteru sekai hikari hinata
  haruka momoko yokohama fukuoka pasuwado pasuwaado anshou angou`
    .split(/\s+/)
    .filter((word) => word !== ''),
)
const WORD_LENGTH_MAX = Math.max(...[...WORDS].map((word) => word.length))

/** Rows as fingers run over them, both ways. The alphabet is none: operations.md A08 wants `Abcdefg1` to be accepted. */
const RUNS = [
  '01234567890',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm',
  '1q2w3e4r5t6y7u8i9o0p',
  'qazwsxedcrfvtgbyhnujm',
  '!@#$%^&*()',
  '!"#$%&\'()',
].flatMap((row) => [row, [...row].reverse().join('')])
const RUN_MIN = 3

function isMadeOfCommonParts(text: string): boolean {
  if (text.length > LENGTH_MAX) return false
  /** Fewest common parts that cover the text up to each place. */
  const fewest: number[] = [0]
  for (let end = 1; end <= text.length; end++) {
    let best = Infinity
    for (let start = 0; start < end; start++) {
      const before = fewest[start] ?? Infinity
      if (before < PARTS_MAX && before + 1 < best && isCommonPart(text.slice(start, end)))
        best = before + 1
    }
    fewest[end] = best
  }
  return (fewest[text.length] ?? Infinity) <= PARTS_MAX
}

function isCommonPart(part: string): boolean {
  return (
    (part.length <= WORD_LENGTH_MAX && WORDS.has(part)) ||
    isFiller(part) ||
    isYearOrDate(part) ||
    isRepetition(part) ||
    (part.length >= RUN_MIN && RUNS.some((run) => run.includes(part)))
  )
}

/** What people add to satisfy a rule: one or two digits, one symbol. */
function isFiller(part: string): boolean {
  return /^(?:\d{1,2}|[^\p{L}\p{N}])$/u.test(part)
}

/** 1985, 2024, 19850401, 0401 with month and day in range. */
function isYearOrDate(part: string): boolean {
  return /^(?:(?:19|20)\d\d(?:(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))?|(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))$/.test(
    part,
  )
}

/** aaa, abab, 121212, passpass. */
function isRepetition(part: string): boolean {
  return /^(.)\1{2,}$/u.test(part) || /^(.{2,4})\1+$/u.test(part)
}

const LEET: { readonly [sign: string]: string } = {
  '@': 'a',
  '4': 'a',
  '8': 'b',
  '3': 'e',
  '0': 'o',
  '5': 's',
  $: 's',
  '7': 't',
}

/** p@ssw0rd → password; `1`, `!` and `|` stand for i or l. Digits at the end stay: there they are a year or a filler. */
function unleet(text: string, one: 'i' | 'l'): string {
  const tail = /[\d\P{L}]*$/u.exec(text)?.[0] ?? ''
  const head = text.slice(0, text.length - tail.length)
  const plain = [...head].map((sign) => LEET[sign] ?? (/[1!|]/.test(sign) ? one : sign)).join('')
  return plain + tail
}

function fold(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s\-‐-―−ー]/gu, '')
}
