/* The properties of an object as a form, made from the class. */
import { Button } from '@patternfly/react-core/dist/dynamic/components/Button';
import { Checkbox } from '@patternfly/react-core/dist/dynamic/components/Checkbox';
import { ActionGroup, Form, FormGroup } from '@patternfly/react-core/dist/dynamic/components/Form';
import { HelperText, HelperTextItem } from '@patternfly/react-core/dist/dynamic/components/HelperText';
import { TextArea } from '@patternfly/react-core/dist/dynamic/components/TextArea';
import { TextInput } from '@patternfly/react-core/dist/dynamic/components/TextInput';
import { useState } from 'react';

import type { ClassInfo, Property } from './asking';
import type { Row } from './rpc';

/* What may be written: at making, what is fixed afterwards too. */
function isWritable(property: Property, isNew: boolean): boolean {
  return !property.flags.includes('read_only') && (isNew || !property.flags.includes('fixed'));
}

function toText(property: Property, value: unknown): string {
  if (value === null || value === undefined) return '';
  if (property.type === 'strings' && Array.isArray(value)) return value.join('\n');
  if (typeof value === 'object') return JSON.stringify(value, null, 1);
  return String(value);
}

function toValue(property: Property, text: string): unknown {
  if (property.type === 'boolean') return text === 'true';
  if (property.type === 'strings') return text.split('\n').map((one) => one.trim()).filter(Boolean);
  if (text === '') return property.type === 'string' ? '' : null;
  if (property.type === 'integer' || property.type === 'number') return Number(text);
  if (property.type === 'objects' || property.type === 'object') return JSON.parse(text);
  return text;
}

function Input({ property, text, onText }: { property: Property; text: string; onText: (text: string) => void }) {
  const id = `field-${property.name}`;
  const isRequired = property.flags.includes('required');
  if (property.type === 'boolean')
    return (
      <Checkbox id={id} label={property.name} isChecked={text === 'true'} description={property.describe}
        onChange={(_, now) => onText(String(now))} />
    );
  const isLong = property.type !== 'string' && property.type !== 'integer' && property.type !== 'datetime' && property.type !== 'number';
  return (
    <FormGroup label={property.name} fieldId={id} isRequired={isRequired}>
      {isLong ? (
        <TextArea id={id} value={text} onChange={(_, now) => onText(now)} aria-describedby={`${id}-help`} />
      ) : (
        <TextInput id={id} value={text} onChange={(_, now) => onText(now)} aria-describedby={`${id}-help`}
          inputMode={property.type === 'integer' ? 'numeric' : undefined} />
      )}
      <HelperText>
        <HelperTextItem id={`${id}-help`}>
          {property.describe + (property.type === 'strings' ? ' (one a line)' : isLong ? ' (JSON)' : '')}
        </HelperTextItem>
      </HelperText>
    </FormGroup>
  );
}

export function Fields({ info, object, act, isBusy, onSubmit, onCancel }: {
  info: ClassInfo;
  object?: Row;
  act: string;
  isBusy: boolean;
  onSubmit: (changed: Row) => void;
  onCancel: () => void;
}) {
  const properties = (info.properties ?? []).filter((one) => isWritable(one, !object));
  const before = Object.fromEntries(properties.map((one) => [one.name, toText(one, object?.[one.name])]));
  const [texts, setTexts] = useState<Record<string, string>>(before);
  const [fault, setFault] = useState('');
  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    const changed: Row = {};
    for (const one of properties)
      if (texts[one.name] !== before[one.name])
        try {
          changed[one.name] = toValue(one, texts[one.name]);
        } catch {
          setFault(`${one.name} is not JSON.`);
          return;
        }
    setFault('');
    onSubmit(changed);
  };
  return (
    <Form onSubmit={submit} isWidthLimited>
      {properties.map((one) => (
        <Input key={one.name} property={one} text={texts[one.name]}
          onText={(text) => setTexts({ ...texts, [one.name]: text })} />
      ))}
      {fault && <p role="alert">{fault}</p>}
      <ActionGroup>
        <Button type="submit" isLoading={isBusy}>{act}</Button>
        <Button variant="link" onClick={onCancel}>Cancel</Button>
      </ActionGroup>
    </Form>
  );
}
