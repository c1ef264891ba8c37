using System.Runtime.CompilerServices;
using System.Text.Json;

namespace SidecarAspire.EndToEnd.Tests;

/// <summary>What the dashboard has received, read from its own API: one OTLP JSON object for each record.</summary>
public sealed class Telemetry : IDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);
    private readonly HttpClient _client;

    internal Telemetry(Uri dashboard, string apiKey)
    {
        _client = new() { BaseAddress = dashboard };
        _client.DefaultRequestHeaders.Add("x-api-key", apiKey);
    }

    /// <summary>Waits for the first log record of a trace.</summary>
    public async Task<LogRecord> LogOfAsync(string traceId, CancellationToken cancellationToken)
    {
        await foreach (var line in FollowAsync($"logs?traceId={traceId}", cancellationToken))
        {
            return LogRecord.Read(line.GetProperty("resourceLogs")[0].GetProperty("scopeLogs")[0].GetProperty("logRecords")[0]);
        }

        throw new InvalidOperationException("The dashboard has ended the stream of log records.");
    }

    /// <summary>Waits until a trace has that many spans.</summary>
    public async Task<IReadOnlyList<Span>> SpansOfAsync(string traceId, int count, CancellationToken cancellationToken)
    {
        var spans = new List<Span>();
        await foreach (var line in FollowAsync($"spans?traceId={traceId}", cancellationToken))
        {
            spans.Add(Span.Read(line.GetProperty("resourceSpans")[0].GetProperty("scopeSpans")[0].GetProperty("spans")[0]));
            if (spans.Count == count)
            {
                return spans;
            }
        }

        throw new InvalidOperationException("The dashboard has ended the stream of spans.");
    }

    /// <summary>Waits until some resource has sent metrics, and names it. The API offers no stream of these, so it is asked again.</summary>
    public async Task<string> ResourceWithMetricsAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(s_pause);
        do
        {
            await using var body = await _client.GetStreamAsync("/api/telemetry/resources", cancellationToken);
            using var resources = await JsonDocument.ParseAsync(body, cancellationToken: cancellationToken);
            foreach (var resource in resources.RootElement.EnumerateArray().Where(r => r.GetProperty("hasMetrics").GetBoolean()))
            {
                return resource.GetProperty("name").GetString()!;
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));

        throw new InvalidOperationException("The timer has ended.");
    }

    /// <inheritdoc />
    public void Dispose() => _client.Dispose();

    private async IAsyncEnumerable<JsonElement> FollowAsync(string query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await _client.GetAsync($"/api/telemetry/{query}&follow=true", HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            yield return JsonSerializer.Deserialize<JsonElement>(line);
        }
    }
}
