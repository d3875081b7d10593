/** The card plugins the agent knows, by folder; what one of them needs is said in its manifest, read before its code. */
export const CARD_PLUGINS: readonly URL[] = [
  'card-reader-pcsc',
  'card-reader-virtual',
  'card-profile-mynumber',
  'card-profile-generic',
  'oqs-file',
].map((name) => new URL(`./${name}/`, import.meta.url))
