import { runEach, type Migration } from './migration.ts'

/** Wishes to read a card, and what operators see of the programs that do. See `../tables.ts` for what each column means. */
export const cards: Migration = {
  name: '0010-cards',
  async up(tx, dialect) {
    await runEach(tx, dialect, statements)
  },
}

const statements = [
  `create table card_challenge (
    nonce_hash text primary key,
    form text not null,
    field text not null,
    bound_to text not null,
    created_at text not null,
    expires_at text not null,
    answered_at text,
    filed_at text,
    code_hash text,
    ticket_hash text,
    work text,
    result text
  )`,
  `create unique index card_challenge_by_code on card_challenge (code_hash) where code_hash is not null`,
  `create unique index card_challenge_by_ticket on card_challenge (ticket_hash) where ticket_hash is not null`,
  `create index card_challenge_by_time on card_challenge (created_at)`,
  `create table card_agent (
    id text primary key,
    version text not null,
    readers text not null,
    plugins text not null,
    seen_at text not null
  )`,
  `create index card_agent_by_time on card_agent (seen_at)`,
  `create table card_error (
    day text not null,
    code text not null,
    count integer not null,
    primary key (day, code)
  )`,
]
