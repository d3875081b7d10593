/**
 * What forms, conditions and workflows may read as `facility.*`: the record of the account's own facility in the master.
 * Nothing by which a person proves who they are (account number, birth date) is among it.
 */
export const FACILITY_FACTS = [
  'type',
  'name',
  'registrationNumber',
  'prefecture',
  'code7',
  'founder',
  'postalCode',
  'address',
  'phone',
  'size',
] as const
export type FacilityFact = (typeof FACILITY_FACTS)[number]
