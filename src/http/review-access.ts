/** Whoever looks at submissions. */
export const REVIEWERS = {
  kind: 'staff',
  roles: ['administrator', 'reviewer', 'call-centre'],
} as const
/** Who deals with submissions; the call centre looks at them and takes the actions that name it. */
export const DECIDERS = { kind: 'staff', roles: ['administrator', 'reviewer'] } as const
