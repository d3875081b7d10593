import type { Benchmark } from './figures.ts'
import { cardBenchmark } from './card.ts'
import { definitionsBenchmark } from './definitions.ts'
import { formLargeBenchmark } from './form-large.ts'
import { mailBenchmark } from './mail.ts'
import { pageBenchmark } from './page.ts'
import { pdfBenchmark } from './pdf.ts'
import { reviewBenchmark } from './review.ts'
import { startBenchmark } from './start.ts'
import { submitBenchmark } from './submit.ts'
import { uploadBenchmark } from './upload.ts'
import { validateBenchmark } from './validate.ts'
import { workflowBenchmark } from './workflow.ts'

/** By the name that `npm run bench <name>` takes. */
export const benchmarks: { readonly [name: string]: Benchmark } = {
  validate: validateBenchmark,
  page: pageBenchmark,
  submit: submitBenchmark,
  workflow: workflowBenchmark,
  mail: mailBenchmark,
  pdf: pdfBenchmark,
  upload: uploadBenchmark,
  review: reviewBenchmark,
  start: startBenchmark,
  card: cardBenchmark,
  definitions: definitionsBenchmark,
  'form-large': formLargeBenchmark,
}
