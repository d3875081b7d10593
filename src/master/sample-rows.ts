import { createReadStream } from 'node:fs'
import { parse } from 'csv-parse'
import type { JsonObject } from '../form/form.ts'

/** A facility of a master file as lookups find it before anybody has registered. */
export type SampleFacility = { readonly inputs: JsonObject; readonly value: JsonObject }

/**
 * The active facilities of a CSV file in the columns of the facility master, one for each row, as questions and
 * answers for samples. `first` names a facility that goes first. Nothing is judged: the import does that.
 */
export async function sampleFacilities(
  file: string,
  first?: string,
): Promise<readonly SampleFacility[]> {
  const rows = createReadStream(file).pipe(parse({ columns: true, bom: true, trim: true }))
  const found: { id: string; facility: SampleFacility }[] = []
  for await (const row of rows as AsyncIterable<Record<string, string>>) {
    if (row.status !== 'active') continue
    found.push({
      id: row.facility_id ?? '',
      facility: {
        inputs: {
          facilityType: row.facility_type ?? '',
          registrationNumber: row.registration_number ?? '',
          prefecture: row.prefecture ?? '',
          code7: row.code7 ?? '',
        },
        value: { name: row.name ?? '', hasAccount: false, hasActiveUser: false },
      },
    })
  }
  const rank = ({ id }: { id: string }) => (id === first ? 0 : 1)
  return found.toSorted((one, other) => rank(one) - rank(other)).map(({ facility }) => facility)
}
