using Aspire.Hosting.Dashboard;

namespace SidecarAspire.LocalEngine.Tests.Dashboard;

public class OtlpEnvironmentTests
{
    [Fact]
    public void Sends_everything_within_a_second_in_development() =>
        OtlpEnvironment.Of(new() { OtlpApiKey = "k" }, "sidecar", "abcdefgh", isDevelopment: true).ShouldBe(new Dictionary<string, string>
        {
            ["OTEL_SERVICE_NAME"] = "sidecar",
            ["OTEL_RESOURCE_ATTRIBUTES"] = "service.instance.id=abcdefgh",
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://localhost:4317",
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc",
            ["OTEL_EXPORTER_OTLP_HEADERS"] = "x-otlp-api-key=k",
            ["OTEL_BLRP_SCHEDULE_DELAY"] = "1000",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "1000",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
            ["OTEL_TRACES_SAMPLER"] = "always_on",
            ["OTEL_METRICS_EXEMPLAR_FILTER"] = "trace_based",
        });

    [Fact]
    public void Leaves_the_pace_alone_elsewhere_and_the_key_when_there_is_none() =>
        OtlpEnvironment.Of(new(), "sidecar", "abcdefgh", isDevelopment: false).Keys.ShouldBe(
            ["OTEL_SERVICE_NAME", "OTEL_RESOURCE_ATTRIBUTES", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_PROTOCOL"]);
}
