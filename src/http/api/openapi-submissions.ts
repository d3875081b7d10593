import type { JsonObject } from '../../form/form.ts'
import { answer, json, ref, text } from './openapi-parts.ts'

const submissionId: JsonObject = { name: 'id', in: 'path', required: true, schema: text }

const actionParameters: readonly JsonObject[] = [
  submissionId,
  { name: 'action', in: 'path', required: true, schema: text },
]

const correctionBody: JsonObject = {
  type: 'object',
  properties: {
    answers: { type: 'object', description: 'Of the marked items; by id, as the form takes them' },
    seen: {
      type: 'integer',
      description: 'As told with the correction: refused when the submission has moved since',
    },
    sitting: { type: 'string', description: 'Key under which files were sent' },
  },
}

const notNow: JsonObject = { '404': ref('response', 'Error'), '409': ref('response', 'Error') }

/** Submissions that were filed: how they stand, and what may be done with them. */
export const submissionPaths: JsonObject = {
  '/api/v1/submissions/{id}': {
    get: {
      operationId: 'submission',
      summary: 'How a submission stands',
      parameters: [submissionId],
      responses: {
        '200': answer('The submission, and the actions open to the person who filed', {
          allOf: [ref('schema', 'Submission')],
          properties: {
            actions: {
              type: 'array',
              items: { type: 'object', properties: { action: text, label: text } },
            },
          },
        }),
        '404': ref('response', 'Error'),
      },
    },
  },
  '/api/v1/submissions/{id}/actions/{action}': {
    get: {
      operationId: 'correction',
      summary: 'What is to be corrected, and the answers as they stand, without secrets',
      parameters: actionParameters,
      responses: { '200': answer('The correction', ref('schema', 'Correction')), ...notNow },
    },
    post: {
      operationId: 'act',
      summary:
        'Take an action that is open to the person who filed. A correction takes the answers that were marked; of the others nothing is taken',
      parameters: actionParameters,
      requestBody: { required: true, content: json(correctionBody) },
      responses: {
        '200': answer('The submission afterwards', ref('schema', 'Submission')),
        '422': answer('What is wrong with the corrected answers', ref('schema', 'Issues')),
        ...notNow,
        '429': ref('response', 'Error'),
      },
    },
  },
  '/api/v1/submissions/{id}/actions/{action}/check': {
    post: {
      operationId: 'check_correction',
      summary: 'Judge the corrected answers, send nothing',
      parameters: actionParameters,
      requestBody: { required: true, content: json(correctionBody) },
      responses: {
        '200': answer('Nothing is wrong', { type: 'object' }),
        '422': answer('What is wrong with the corrected answers', ref('schema', 'Issues')),
        ...notNow,
      },
    },
  },
  ...questionPath('lookups', 'lookup_correction', {
    required: ['inputs'],
    properties: { inputs: { type: 'object', additionalProperties: text } },
  }),
  ...questionPath('buttons', 'press_correction', correctionBody),
}

/** A lookup or button of the form that is corrected. */
function questionPath(
  kind: 'lookups' | 'buttons',
  operationId: string,
  body: JsonObject,
): JsonObject {
  const field = { name: 'field', in: 'path', required: true, schema: text }
  return {
    [`/api/v1/submissions/{id}/actions/{action}/${kind}/{field}`]: {
      post: {
        operationId,
        summary: 'Ask what the form asks while it is filled in',
        parameters: [...actionParameters, field],
        requestBody: { required: true, content: json({ type: 'object', ...body }) },
        responses: {
          '200': answer('What is known', ref('schema', 'LookupResult')),
          '400': ref('response', 'Error'),
          ...notNow,
        },
      },
    },
  }
}
