/** What `madoguchi new` writes. */
export const KINDS = ['portal', 'facility-type', 'form', 'workflow', 'plugin'] as const
