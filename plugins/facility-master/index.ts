import type { JsonObject } from '../../src/form/form.ts'
import {
  type FacilityClaim,
  type FacilityQuery,
  type Host,
  type LookupAnswer,
  type Plugin,
  PLUGIN_API_VERSION,
} from '../../src/plugins/contract.ts'

const secretText = { type: 'string', 'x-secret': true }

/** Looks facilities up in the imported master. A visitor learns a name and whether somebody has registered, nothing else. */
const plugin: Plugin = {
  name: 'facility-master',
  apiVersion: PLUGIN_API_VERSION,
  config: { type: 'object', additionalProperties: false },
  permissions: ['facilities:read'],
  lookups: {
    facility: {
      input: {
        type: 'object',
        properties: {
          facilityType: { type: 'string' },
          portal: { type: 'string' },
          registrationNumber: { type: 'string' },
          prefecture: { type: 'string' },
          code7: { type: 'string' },
        },
        required: ['facilityType'],
        oneOf: [{ required: ['registrationNumber'] }, { required: ['prefecture', 'code7'] }],
        additionalProperties: false,
      },
      output: {
        type: 'object',
        properties: {
          name: { type: 'string' },
          hasAccount: { type: 'boolean' },
          hasActiveUser: { type: 'boolean' },
          portal: secretText,
          facilityId: secretText,
          facilityType: secretText,
          identifier: secretText,
          founder: secretText,
          postalCode: secretText,
          address: secretText,
          phone: secretText,
          status: secretText,
          code: secretText,
        },
        required: ['name', 'hasAccount', 'hasActiveUser'],
        additionalProperties: false,
      },
      // Enough for typing a number a few times over, too little for reading the master out number by number.
      limit: { times: 30, perMs: 60_000 },
    },
    verify: {
      gives: 'verdict',
      input: {
        type: 'object',
        properties: {
          portal: { type: 'string' },
          facilityId: { type: 'string' },
          bankAccount: { type: 'string' },
          identifier: { type: 'string' },
          birthDate: { type: 'string' },
        },
        required: ['facilityId'],
        oneOf: [{ required: ['bankAccount'] }, { required: ['identifier', 'birthDate'] }],
        additionalProperties: false,
      },
      output: { type: 'object', properties: {}, additionalProperties: false },
      limit: { times: 30, perMs: 60_000 },
    },
  },
  start: async (_config, host) => {
    const { facilities } = host
    if (!facilities) throw new Error('facility-master needs the permission facilities:read')
    return {
      lookups: {
        facility: (input) => lookUp(facilities, input),
        verify: (input) => verify(facilities, input),
      },
    }
  },
}

export default plugin

async function lookUp(
  facilities: NonNullable<Host['facilities']>,
  input: JsonObject,
): Promise<LookupAnswer> {
  const query = queryOf(input)
  const found = query && (await facilities.find(query))
  return found ? { status: 'found', value: { ...found } } : { status: 'missing' }
}

/** Only whether it is so: what is on record stays on the server. */
async function verify(
  facilities: NonNullable<Host['facilities']>,
  input: JsonObject,
): Promise<LookupAnswer> {
  const claim = claimOf(input)
  const isSo = claim !== undefined && (await facilities.matches(claim))
  return isSo ? { status: 'found', value: {} } : { status: 'missing' }
}

function claimOf(input: JsonObject): FacilityClaim | undefined {
  const { portal, facilityId, bankAccount, identifier, birthDate } = input
  if (typeof facilityId !== 'string') return undefined
  const common = { facilityId, ...(typeof portal === 'string' && { portal }) }
  if (typeof bankAccount === 'string') return { ...common, bankAccount }
  return typeof identifier === 'string' && typeof birthDate === 'string'
    ? { ...common, identifier, birthDate }
    : undefined
}

/** Half-typed input names no facility, so nobody is asked. */
function queryOf(input: JsonObject): FacilityQuery | undefined {
  const text = (name: string): string => {
    const value = input[name]
    return typeof value === 'string' ? value : ''
  }
  const common = { facilityType: text('facilityType'), portal: text('portal') || undefined }
  if (common.facilityType === '') return undefined
  const registrationNumber = text('registrationNumber')
  if (registrationNumber !== '') return { ...common, registrationNumber }
  const prefecture = text('prefecture')
  const code7 = text('code7')
  return prefecture !== '' && code7 !== '' ? { ...common, prefecture, code7 } : undefined
}
