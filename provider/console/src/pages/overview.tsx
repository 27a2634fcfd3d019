/* The site at a glance: level, policy, health, sign-ins and refusals. */
import { Card, CardBody, CardTitle } from '@patternfly/react-core/dist/dynamic/components/Card';
import { Label } from '@patternfly/react-core/dist/dynamic/components/Label';
import { Title } from '@patternfly/react-core/dist/dynamic/components/Title';
import type { ReactNode } from 'react';
import { Link } from 'react-router';

import { type Page, useAsk } from '../asking';
import { Hours } from '../hours';
import type { Row } from '../rpc';
import { Answer, Level, Screen, time } from '../show';

interface Info {
  site: string;
  version: string;
  minimum_level: string;
  mechanisms: string[];
  policy: string;
}

interface Metrics {
  since: string;
  sessions: number;
  connections: number;
  queued_changes: number;
  changes_failed: number;
  store_free_bytes: number;
  reloads_failed: number;
  calls: Record<string, number>;
  sign_ins: { mechanism: string; accepted: number; refused: number }[];
}

interface Status {
  version: number;
  time: string;
  author: string;
  directory?: { state: string; errors: Row[] };
  waiting: Row[];
}

function Tile({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Card isCompact>
      <CardTitle component="h2">{title}</CardTitle>
      <CardBody>{children}</CardBody>
    </Card>
  );
}

function Health() {
  const metrics = useAsk<Metrics>('server.metrics');
  return (
    <Answer of={metrics}>
      {(data) => {
        const faults = data.changes_failed + data.reloads_failed;
        return (
          <>
            <Label color={faults ? 'red' : 'green'}>{faults ? `${faults} failures` : 'healthy'}</Label>
            <p>{`Up since ${time(data.since)}`}</p>
            <p>{`${data.sessions} sessions, ${data.connections} connections, ${data.queued_changes} changes waiting`}</p>
            <p>{`${Math.round(data.store_free_bytes / 2 ** 30)} GiB free for the store`}</p>
            <p>{`Refused since then: ${data.calls.denied} denied, ${data.calls.level_too_low} level too low`}</p>
          </>
        );
      }}
    </Answer>
  );
}

function Policy() {
  const status = useAsk<Status>('policy.status');
  return (
    <Answer of={status}>
      {(data) => (
        <>
          <p><Link to="/policy">{`Version ${data.version}`}</Link>{`, ${time(data.time)}, by ${data.author}`}</p>
          {data.directory && <p>{`Files: ${data.directory.state}, ${data.directory.errors.length} errors`}</p>}
          <p>{data.waiting.length ? `${data.waiting.length} proposals wait` : 'No proposal waits'}</p>
        </>
      )}
    </Answer>
  );
}

function Activity() {
  const since = Math.floor(Date.now() / 3_600_000) * 3600 - 23 * 3600;
  const recent = useAsk<Page<Row>>('audit.query', { since, limit: 10000 });
  return <Answer of={recent}>{(data) => <Hours records={data.items} since={since} />}</Answer>;
}

export default function Overview() {
  const info = useAsk<Info>('server.info');
  return (
    <Screen title="Overview">
      <div className="cards">
        <Tile title="Site">
          <Answer of={info}>
            {(data) => (
              <>
                <p>{`${data.site}, provider ${data.version}`}</p>
                <p><Link to="/level">Minimum level</Link>: <Level name={data.minimum_level} /></p>
                <p>{`Sign-in here: ${data.mechanisms.join(', ')}`}</p>
              </>
            )}
          </Answer>
        </Tile>
        <Tile title="Policy"><Policy /></Tile>
        <Tile title="Health"><Health /></Tile>
      </div>
      <Title headingLevel="h2" className="section">The last 24 hours</Title>
      <Activity />
    </Screen>
  );
}
