namespace Sidecar.Proxy.Observability.Otlp;

/// <summary>Sends batches to a collector, by gRPC or by HTTP (OTLP specification 1.x).</summary>
/// <param name="settings">Where to and how.</param>
/// <param name="envelope">Makes what comes before the records.</param>
internal sealed class OtlpClient(OtlpSettings settings, OtlpEnvelope envelope) : IDisposable
{
    private static readonly string UserAgent = $"SidecarAspire-OTLP/{typeof(OtlpClient).Assembly.GetName().Version?.ToString(3)}";

    private readonly HttpClient _http = settings.Client();

    /// <summary>Sends a batch.</summary>
    /// <returns>What became of it.</returns>
    public async Task<OtlpOutcome> SendAsync(OtlpBatch batch)
    {
        try
        {
            using var request = Request(batch);
            // The status of gRPC comes after the body.
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead);
            return settings.IsGrpc && response.IsSuccessStatusCode ? GrpcOutcome(response) : HttpOutcome(response);
        }
        catch (HttpRequestException problem)
        {
            return new(problem.Message.TrimEnd('.'), MayRetry: true, null);
        }
        catch (OperationCanceledException)
        {
            return new(string.Create(CultureInfo.InvariantCulture, $"no response within {_http.Timeout.TotalSeconds} s"), MayRetry: true, null);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();

    private HttpRequestMessage Request(OtlpBatch batch)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, settings.Endpoint)
        {
            Content = new OtlpContent(envelope.Around(batch.Length), batch.Records, settings.IsGrpc, settings.IsCompressed),
            Version = settings.IsGrpc ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        foreach (var (name, value) in settings.Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        if (!settings.IsGrpc)
            return request;
        request.Headers.TryAddWithoutValidation("TE", "trailers");
        if (settings.IsCompressed)
            request.Headers.TryAddWithoutValidation("grpc-encoding", "gzip");
        return request;
    }

    private static OtlpOutcome HttpOutcome(HttpResponseMessage response) => response.IsSuccessStatusCode
        ? OtlpOutcome.Taken
        : new($"status {(int)response.StatusCode}", response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout, response.Headers.RetryAfter?.Delta);

    private static OtlpOutcome GrpcOutcome(HttpResponseMessage response)
    {
        var status = Field(response, "grpc-status");
        // Cancelled, deadline exceeded, aborted, out of range, unavailable, data loss: what the specification has retried.
        return status == "0" ? OtlpOutcome.Taken : new($"gRPC status {status ?? "missing"} {Uri.UnescapeDataString(Field(response, "grpc-message") ?? "")}".TrimEnd(), status is "1" or "4" or "10" or "11" or "14" or "15", null);
    }

    // A response without a body has its status among the headers.
    private static string? Field(HttpResponseMessage response, string name) =>
        response.TrailingHeaders.TryGetValues(name, out var values) || response.Headers.TryGetValues(name, out values) ? values.FirstOrDefault() : null;
}

/// <summary>What became of a batch.</summary>
/// <param name="Problem">Why it was not taken, or null when it was.</param>
/// <param name="MayRetry">Whether the collector may take it later.</param>
/// <param name="RetryAfter">When it asks to be tried again, or null.</param>
internal readonly record struct OtlpOutcome(string? Problem, bool MayRetry, TimeSpan? RetryAfter)
{
    /// <summary>It was taken.</summary>
    public static OtlpOutcome Taken => default;
}
