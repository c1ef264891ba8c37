using System.Net;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Observability.Metrics;

public sealed class MetricsEndpointTests
{
    [Theory]
    [InlineData(null, "text/plain; version=0.0.4; charset=utf-8")]
    [InlineData("application/openmetrics-text; version=1.0.0", "application/openmetrics-text; version=1.0.0; charset=utf-8")]
    public async Task The_admin_port_answers_in_the_format_that_is_asked_for(string? accept, string contentType)
    {
        await using var sidecar = await RunningSidecar.StartAsync("http://127.0.0.1:1");
        await sidecar.GetAsync();
        await sidecar.AccessLog.NextAsync();

        using var response = await GetAsync(sidecar, accept);

        response.Content.Headers.ContentType!.ToString().ShouldBe(contentType);
        var text = await response.Content.ReadAsStringAsync(Patience.Token());
        text.ShouldContain("target_info{");
        text.ShouldContain("service_name=\"legacy\"");
        text.ShouldContain("http_server_request_duration_seconds_bucket{otel_scope_name=\"Sidecar.Proxy\"");
        text.ShouldContain("kestrel_active_connections{");
        text.EndsWith("# EOF\n", StringComparison.Ordinal).ShouldBe(accept is not null);
    }

    [Fact]
    public async Task Several_who_fetch_at_once_each_get_everything()
    {
        await using var sidecar = await RunningSidecar.StartAsync("http://127.0.0.1:1");

        var responses = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => GetAsync(sidecar, "application/openmetrics-text")));

        foreach (var response in responses)
        {
            var text = await response.Content.ReadAsStringAsync(Patience.Token());
            text.Split("# EOF").Length.ShouldBe(2);
            text.Split("# TYPE target info").Length.ShouldBe(2);
            response.Dispose();
        }
    }

    [Fact]
    public async Task Switched_off_there_is_nothing()
    {
        await using var sidecar = await RunningSidecar.StartAsync("http://127.0.0.1:1", "Sidecar:Metrics:Prometheus=false");

        using var response = await GetAsync(sidecar, null);

        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private static async Task<HttpResponseMessage> GetAsync(RunningSidecar sidecar, string? accept)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{sidecar.AdminPort}/metrics");
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        return await http.SendAsync(request, Patience.Token());
    }
}
