using Microsoft.Extensions.Configuration;
using OpenTelemetry.Exporter;
using Sidecar.Proxy.Observability.Otlp;

namespace Sidecar.Proxy.Tests.Observability.Otlp;

public sealed class OtlpSettingsTests
{
    [Theory]
    [InlineData("http://c:4317", "grpc", "http://c:4317/opentelemetry.proto.collector.trace.v1.TraceService/Export")]
    [InlineData("http://c:4317/ignored", "grpc", "http://c:4317/opentelemetry.proto.collector.trace.v1.TraceService/Export")]
    [InlineData("http://c:4318", "http/protobuf", "http://c:4318/v1/traces")]
    [InlineData("https://c/otlp/", "http/protobuf", "https://c/otlp/v1/traces")]
    public void The_common_endpoint_is_where_all_signals_are(string endpoint, string protocol, string expected) =>
        Read(protocol, endpoint).Endpoint.ShouldBe(new Uri(expected));

    [Theory]
    [InlineData("http/protobuf", "https://t/x?k=1", "https://t/x?k=1")]
    [InlineData("grpc", "https://t/x", "https://t/opentelemetry.proto.collector.trace.v1.TraceService/Export")]
    public void A_signals_own_endpoint_is_the_whole_one(string protocol, string own, string expected) =>
        Read(protocol, "http://c", ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", own), ("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "http://other")).Endpoint.ShouldBe(new Uri(expected));

    [Fact]
    public void A_signals_own_variables_come_first()
    {
        var settings = Read("grpc", "http://c",
            ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/protobuf"), ("OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", "gzip"), ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "a=1, b = x%20y "),
            ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "1234"));

        settings.IsGrpc.ShouldBeFalse();
        settings.IsCompressed.ShouldBeTrue();
        settings.Headers.ShouldBe([new("a", "1"), new("b", "x y")]);
        using var client = settings.Client();
        client.Timeout.ShouldBe(TimeSpan.FromMilliseconds(1234));
    }

    [Fact]
    public void Batches_have_the_variables_of_their_signal()
    {
        (string, string)[] variables =
        [
            ("OTEL_BSP_MAX_QUEUE_SIZE", "100"), ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "7"), ("OTEL_BSP_SCHEDULE_DELAY", "250"),
            ("OTEL_BLRP_MAX_QUEUE_SIZE", "3"),
        ];

        Read("grpc", "http://c", variables).ShouldSatisfyAllConditions(
            traces => traces.QueueSize.ShouldBe(100),
            traces => traces.BatchSize.ShouldBe(7),
            traces => traces.Delay.ShouldBe(TimeSpan.FromMilliseconds(250)));
        Read(OtlpSignal.Logs, "grpc", "http://c", variables).ShouldSatisfyAllConditions(
            // A queue that does not hold a batch would never send one.
            logs => logs.QueueSize.ShouldBe(3),
            logs => logs.BatchSize.ShouldBe(3),
            logs => logs.Delay.ShouldBe(TimeSpan.FromSeconds(1)));
    }

    private static OtlpSettings Read(string protocol, string endpoint, params (string Name, string Value)[] variables) => Read(OtlpSignal.Traces, protocol, endpoint, variables);

    private static OtlpSettings Read(OtlpSignal signal, string protocol, string endpoint, params (string Name, string Value)[] variables)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(variables.Select(variable => KeyValuePair.Create(variable.Name, (string?)variable.Value))).Build();
        var common = new OtlpExporterOptions { Endpoint = new Uri(endpoint), Protocol = protocol == "grpc" ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf };
        return OtlpSettings.Read(signal, configuration, common);
    }
}
