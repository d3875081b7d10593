import type { Choice, Expression, Field, Link, Locale, Text } from '../form.ts'

/** Options were checked against the type's schemas by the compiler; these read them with their types. */

export function numberOption(field: Field, name: string): number | undefined {
  const value = field.options[name]
  return typeof value === 'number' ? value : undefined
}

export function stringOption(field: Field, name: string): string | undefined {
  const value = field.options[name]
  return typeof value === 'string' ? value : undefined
}

export function listOption(field: Field, name: string): readonly string[] {
  const value = field.options[name]
  return Array.isArray(value) ? (value as readonly string[]) : []
}

export function textOption(field: Field, name: string): Text | undefined {
  return field.options[name] as Text | undefined
}

export function expressionOption(field: Field, name: string): Expression | undefined {
  return field.options[name] as Expression | undefined
}

export function linksOption(field: Field, name: string): readonly Link[] {
  return (field.options[name] ?? []) as unknown as readonly Link[]
}

export function choicesOf(field: Field): readonly Choice[] {
  return (field.options.choices ?? []) as unknown as readonly Choice[]
}

export function inLocale(text: Text, locale: Locale): string {
  return text[locale] ?? text.ja
}
