using Microsoft.Extensions.Configuration;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Observability;

public sealed class OpenTelemetryVariablesTests
{
    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=localhost:4317", "OTEL_EXPORTER_OTLP_ENDPOINT: 'localhost:4317' is not allowed; it must be an absolute http or https URL")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=collector", "OTEL_EXPORTER_OTLP_ENDPOINT: 'collector' is not allowed")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://user:hunter2@collector", "OTEL_EXPORTER_OTLP_ENDPOINT: 'http://********@collector' is not allowed")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=ftp://c", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'ftp://c' is not allowed")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS=hunter2", "OTEL_EXPORTER_OTLP_HEADERS: '********' is not allowed; it must be name=value pairs, comma-separated")]
    [InlineData("OTEL_EXPORTER_OTLP_LOGS_HEADERS=a=1,b c=2", "OTEL_EXPORTER_OTLP_LOGS_HEADERS: '********' is not allowed")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_HEADERS=a=%0d%0ab", "OTEL_EXPORTER_OTLP_METRICS_HEADERS: '********' is not allowed")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL=http/json", "OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' is not allowed; it must be grpc or http/protobuf")]
    [InlineData("OTEL_EXPORTER_OTLP_LOGS_PROTOCOL=GRPC", "grpc or http/protobuf")]
    [InlineData("OTEL_EXPORTER_OTLP_COMPRESSION=zstd", "gzip or none")]
    [InlineData("OTEL_EXPORTER_OTLP_TIMEOUT=0", "a number from 1 to 2147483647")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT=10s", "a number from 1 to 2147483647")]
    [InlineData("OTEL_EXPORTER_OTLP_CERTIFICATE=/etc/hostname", "a PEM file of certificates")]
    [InlineData("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE=/nowhere", "(it is not there)")]
    [InlineData("OTEL_EXPORTER_OTLP_CLIENT_KEY=/nowhere", "left out unless OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE is given")]
    [InlineData("OTEL_BSP_SCHEDULE_DELAY=x", "OTEL_BSP_SCHEDULE_DELAY: 'x' is not allowed; it must be a number from 1")]
    [InlineData("OTEL_BLRP_MAX_QUEUE_SIZE=2147483647", "a number from 1 to 1000000")]
    [InlineData("OTEL_BSP_MAX_QUEUE_SIZE=3 OTEL_BSP_MAX_EXPORT_BATCH_SIZE=9", "OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '9' is not allowed; it must be no more than OTEL_BSP_MAX_QUEUE_SIZE, which is 3")]
    [InlineData("OTEL_METRIC_EXPORT_INTERVAL=0", "a number from 1")]
    [InlineData("OTEL_METRICS_EXEMPLAR_FILTER=some", "one of always_on, always_off, trace_based")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=x", "one of cumulative, delta, lowmemory")]
    [InlineData("OTEL_SDK_DISABLED=1", "one of true, false")]
    [InlineData("OTEL_RESOURCE_ATTRIBUTES=shop", "key=value pairs, comma-separated")]
    [InlineData("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT=-1", "a number from 0")]
    [InlineData("OTEL_TRACES_SAMPLER=sometimes", "OTEL_TRACES_SAMPLER: 'sometimes' is not allowed; it must be one of always_on, ")]
    [InlineData("OTEL_TRACES_SAMPLER=traceidratio OTEL_TRACES_SAMPLER_ARG=2", "OTEL_TRACES_SAMPLER_ARG: '2' is not allowed; it must be a number from 0 to 1")]
    [InlineData("OTEL_PROPAGATORS=tracecontext,zipkin", "OTEL_PROPAGATORS: 'tracecontext,zipkin' is not allowed; it must be some of tracecontext, ")]
    public void A_value_that_cannot_be_used_is_named_with_what_is_allowed(string variables, string message)
    {
        var problem = Should.Throw<ConfigurationException>(() => Check(variables.Split(" OTEL").Select((one, index) => index == 0 ? one : "OTEL" + one).ToArray())).Problems.ShouldHaveSingleItem();

        problem.ToString().ShouldContain(message);
        problem.ToString().ShouldNotContain("hunter2");
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=https://c:4317/x?k=1")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS=a=1, b = x%20y ,c==,d=")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS=Authorization=Basic%20aaaa==,")]
    [InlineData("OTEL_SDK_DISABLED=TRUE")]
    [InlineData("OTEL_RESOURCE_ATTRIBUTES=a=b,c=")]
    [InlineData("OTEL_TRACES_SAMPLER=xray")]
    [InlineData("OTEL_TRACES_SAMPLER_ARG=endpoint=http://a")]
    [InlineData("OTEL_PROPAGATORS=b3,jaeger")]
    public void What_OpenTelemetry_knows_is_taken(string variable) => Check(variable);

    [Fact]
    public async Task One_that_cannot_be_used_stops_the_start_with_one_line()
    {
        using var sidecar = SidecarProcess.Start([], ("PORT", "0"), ("ADMIN_PORT", "0"), ("OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4317"));

        (await sidecar.ExitAsync()).ShouldBe((1, "OTEL_EXPORTER_OTLP_ENDPOINT: 'localhost:4317' is not allowed; it must be an absolute http or https URL such as http://localhost:4317, without user"));
    }

    private static void Check(params string[] variables) =>
        OpenTelemetryVariables.Check(new ConfigurationBuilder().AddInMemoryCollection(variables.Select(static variable => variable.Split('=', 2)).Select(static pair => KeyValuePair.Create(pair[0], (string?)pair[1]))).Build());
}
