/* Small things that every page shows alike. */
import { Alert } from '@patternfly/react-core/dist/dynamic/components/Alert';
import { Button } from '@patternfly/react-core/dist/dynamic/components/Button';
import { Label } from '@patternfly/react-core/dist/dynamic/components/Label';
import { PageSection } from '@patternfly/react-core/dist/dynamic/components/Page';
import { Spinner } from '@patternfly/react-core/dist/dynamic/components/Spinner';
import { Title } from '@patternfly/react-core/dist/dynamic/components/Title';
import { Tooltip } from '@patternfly/react-core/dist/dynamic/components/Tooltip';
import type { UseQueryResult } from '@tanstack/react-query';
import { type ReactNode, useEffect } from 'react';
import { Link } from 'react-router';

import { Refusal } from './rpc';

export function Screen({ title, children, actions }: { title: string; children: ReactNode; actions?: ReactNode }) {
  useEffect(() => {
    document.title = `${title} - SMS Provider`;
  }, [title]);
  return (
    <PageSection hasBodyWrapper={false}>
      <div className="screen-head">
        <Title headingLevel="h1">{title}</Title>
        {actions && <div className="acts">{actions}</div>}
      </div>
      {children}
    </PageSection>
  );
}

/* Where to ask why. */
function whyLink(data: Refusal['data']): string | null {
  if (!data.class || !data.operation) return null;
  const query = new URLSearchParams({ class: data.class, operation: data.operation });
  if (data.key) query.set('key', data.key);
  return `/access?${query}`;
}

function nextStep(data: Refusal['data']): string {
  const raise = data.raise?.flatMap((one) => one.how.map((how) => `${one.level}: ${how.sentence}`)) ?? [];
  if (raise.length > 0) return raise.join(' ');
  if (data.code) return 'The explanation shows the nearest grants and the smallest change.';
  if (Array.isArray(data.how)) return `These ways of signing in reach it: ${data.how.join(', ')}.`;
  return data.how ?? '';
}

export function Refused({ error }: { error: unknown }) {
  const refusal = error instanceof Refusal ? error : new Refusal(String(error), 0, {});
  const { data } = refusal;
  const why = whyLink(data);
  return (
    <Alert variant={refusal.code === 3 || refusal.code === 2 ? 'warning' : 'danger'} isInline title={refusal.message}
      className="refused" component="h2">
      <p>{nextStep(data)}</p>
      {data.messages?.map((one) => (
        <p key={`${one.file}:${one.line}:${one.text}`}>{`${one.file ?? 'policy'}:${one.line}: ${one.text}`}</p>
      ))}
      {data.level_required && <p>{`Level ${data.level}; needed: ${data.level_required}.`}</p>}
      {data.property && <p>{`Property ${data.property}${data.why ? `: ${data.why}` : ''}`}</p>}
      <p className="refused-links">
        {why && <Link to={why}>Why?</Link>}
        {data.decision !== undefined && <Link to={`/audit/${data.decision}`}>{`Record ${data.decision}`}</Link>}
        {data.request && <span>{`Request ${data.request}`}</span>}
      </p>
    </Alert>
  );
}

/* What a question's answer shows; its refusal, or that it is awaited. */
export function Answer<T>({ of, children }: { of: UseQueryResult<T>; children: (data: T) => ReactNode }) {
  if (of.error) return <Refused error={of.error} />;
  if (of.data === undefined) return <Spinner aria-label="Waiting for the provider" size="lg" />;
  return <>{children(of.data)}</>;
}

/* A button that says why it cannot be pressed. */
export function Act({ why, children, onClick, variant = 'secondary' }: {
  why: string | null;
  children: ReactNode;
  onClick: () => void;
  variant?: 'primary' | 'secondary' | 'danger';
}) {
  const button = (
    <Button variant={variant} isAriaDisabled={why !== null} onClick={onClick}>
      {children}
    </Button>
  );
  return why ? <Tooltip content={why}>{button}</Tooltip> : button;
}

export function Level({ name }: { name: string }) {
  const color = name === 'mfa' ? 'green' : name === 'certificate' ? 'blue' : 'orange';
  return <Label color={color}>{name}</Label>;
}

export const LEVELS: Record<number, string> = { 0: 'domain', 10: 'certificate', 20: 'mfa' };

export function time(value: unknown): string {
  if (typeof value !== 'string') return '';
  const at = new Date(value);
  return Number.isNaN(at.getTime()) ? value : at.toLocaleString();
}

/* A value as a person reads it. */
export function plain(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object')) return value.join(', ');
  if (typeof value === 'object') return JSON.stringify(value);
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value)) return time(value);
  return String(value);
}
