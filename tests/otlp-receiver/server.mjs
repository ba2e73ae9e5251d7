// A collector for the tests on loopback: OTLP over HTTP and over gRPC, read with OpenTelemetry's own definitions (.proto) and
// with others' protobuf and gRPC. Prints one line of JSON with the ports, and ends when its standard input does.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import grpc from '@grpc/grpc-js';
import protoLoader from '@grpc/proto-loader';
import protobuf from 'protobufjs';

const entry = createRequire(import.meta.url).resolve('@opentelemetry/otlp-grpc-exporter-base');
const protos = path.join(entry.slice(0, entry.indexOf('otlp-grpc-exporter-base')), 'otlp-grpc-exporter-base/build/protos');
const service = (signal) => `opentelemetry/proto/collector/${signal}/v1/${signal}_service.proto`;
const files = ['trace', 'metrics'].map(service);
const root = new protobuf.Root();
root.resolvePath = (_, file) => path.join(protos, file);
root.loadSync(files);
const types = {
  '/v1/traces': root.lookupType('opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest'),
  '/v1/metrics': root.lookupType('opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest'),
};

const spans = [];
const metrics = new Map();
const senders = [];

const value = (one) => (one === undefined || one === null ? null : one.stringValue ?? one.boolValue ?? Number(one.intValue ?? one.doubleValue ?? 0));
const labels = (list) => Object.fromEntries((list ?? []).map((one) => [one.key, value(one.value)]));
const hex = (bytes) => Buffer.from(bytes ?? []).toString('hex');

function take(request) {
  for (const from of request.resourceSpans ?? []) {
    const resource = labels(from.resource?.attributes);
    for (const scope of from.scopeSpans ?? []) {
      for (const span of scope.spans ?? []) {
        spans.push({
          resource, scope: scope.scope?.name, name: span.name, kind: span.kind, trace: hex(span.traceId), id: hex(span.spanId), parent: hex(span.parentSpanId),
          state: span.traceState ?? '', tags: labels(span.attributes), status: span.status?.code ?? 0,
          links: (span.links ?? []).map((link) => ({ trace: hex(link.traceId), id: hex(link.spanId) })),
        });
      }
    }
  }
  for (const from of request.resourceMetrics ?? []) {
    const resource = labels(from.resource?.attributes);
    for (const scope of from.scopeMetrics ?? []) {
      for (const metric of scope.metrics ?? []) {
        const data = metric.sum ?? metric.gauge ?? metric.histogram;
        metrics.set(metric.name, {
          resource, scope: scope.scope?.name, name: metric.name, unit: metric.unit ?? '',
          kind: metric.sum ? 'sum' : metric.gauge ? 'gauge' : metric.histogram ? 'histogram' : 'other',
          points: (data?.dataPoints ?? []).map((point) => ({
            labels: labels(point.attributes), value: Number(point.asInt ?? point.asDouble ?? point.sum ?? 0), count: Number(point.count ?? 0),
          })),
        });
      }
    }
  }
}

function read(request, done) {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => done(Buffer.concat(parts)));
}

const http = createServer((request, response) => {
  const answer = (body) => response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  if (request.method === 'POST' && types[request.url]) {
    return read(request, (body) => {
      senders.push({ over: request.url, type: request.headers['content-type'], key: request.headers['x-collector-key'] ?? null, trace: request.headers.traceparent ?? null });
      const message = types[request.url].decode(request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body);
      take(types[request.url].toObject(message, { longs: Number }));
      response.writeHead(200, { 'Content-Type': 'application/x-protobuf' }).end();
    });
  }
  if (request.url === '/spans') return answer(spans);
  if (request.url === '/metrics') return answer([...metrics.values()]);
  if (request.url === '/senders') return answer(senders);
  return response.writeHead(404).end();
});

const definitions = protoLoader.loadSync(files.map((file) => path.join(protos, file)), { includeDirs: [protos], longs: Number });
const loaded = grpc.loadPackageDefinition(definitions).opentelemetry.proto.collector;
const rpc = new grpc.Server();
const taker = (over) => (call, done) => {
  senders.push({ over, type: 'grpc', key: call.metadata.get('x-collector-key')[0] ?? null, trace: call.metadata.get('traceparent')[0] ?? null });
  take(call.request);
  done(null, {});
};
rpc.addService(loaded.trace.v1.TraceService.service, { Export: taker('grpc/traces') });
rpc.addService(loaded.metrics.v1.MetricsService.service, { Export: taker('grpc/metrics') });

process.stdin.resume().on('end', () => process.exit(0));
http.listen(0, '127.0.0.1', () =>
  rpc.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (fault, port) => {
    if (fault) throw fault;
    console.log(JSON.stringify({ http: http.address().port, grpc: port }));
  }));
