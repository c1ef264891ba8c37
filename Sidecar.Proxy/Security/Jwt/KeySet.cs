using Sidecar.Proxy.Tls;

namespace Sidecar.Proxy.Security.Jwt;

/// <summary>The keys of one source, renewed in the background. Whatever goes wrong, the previous ones stay.</summary>
internal sealed partial class KeySet : IDisposable
{
    private static readonly TimeSpan FileInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LastRetry = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly JwksOptions _options;
    private readonly JwksMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _end = new();
    private readonly ITimer _timer;
    private volatile SigningKeys? _current;
    private Task _refresh = Task.CompletedTask;
    private long? _refreshed;
    private int _failures;
    private string? _problem;

    /// <summary>Begins to fetch the keys.</summary>
    /// <param name="options">From where.</param>
    /// <param name="metrics">Where it counts.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where it says what it could not do.</param>
    public KeySet(JwksOptions options, JwksMetrics metrics, TimeProvider time, ILogger logger)
    {
        (_options, _metrics, _time, _logger) = (options, metrics, time, logger);
        _timer = time.CreateTimer(static state => ((KeySet)state!).Refresh(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Refresh();
    }

    /// <summary>The keys in force, or null when there have never been any.</summary>
    public SigningKeys? Current => _current;

    /// <summary>The keys in force; waits for the first ones while they are on their way.</summary>
    /// <returns>The keys, or null when there are none yet.</returns>
    public async ValueTask<SigningKeys?> GetAsync(CancellationToken cancellationToken)
    {
        if (_current is { } keys)
            return keys;
        await RefreshOnce(FirstRetry).WaitAsync(cancellationToken);
        return _current;
    }

    /// <summary>Looks for newer keys, because a token names one that is not among these.</summary>
    /// <param name="seen">Where it is not.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The keys after a fetch; the same ones when there has been one lately.</returns>
    public async ValueTask<SigningKeys> RenewAsync(SigningKeys seen, CancellationToken cancellationToken)
    {
        if (ReferenceEquals(_current, seen))
            await RefreshOnce(_options.UnknownKeyInterval).WaitAsync(cancellationToken);
        return _current!;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _end.Cancel();
        _timer.Dispose();
    }

    private Task Refresh() => RefreshOnce(TimeSpan.Zero);

    /// <summary>Begins a refresh, joins the one on its way, or does nothing when there was one lately.</summary>
    private Task RefreshOnce(TimeSpan interval)
    {
        lock (_lock)
        {
            if (!_refresh.IsCompleted || (_refreshed is { } last && _time.GetElapsedTime(last) < interval))
                return _refresh;
            _refreshed = _time.GetTimestamp();
            return _refresh = RefreshAsync();
        }
    }

    private async Task RefreshAsync()
    {
        // Out of the lock, and off the thread of the request or the timer that asks.
        await Task.Yield();
        var problem = await TryLoadAsync();
        if (_end.IsCancellationRequested)
            return;
        _metrics.Count(problem is null);
        if (problem is not null && problem != _problem)
            NotRenewed(_logger, Source, _current is null ? "there are none yet" : "keeping the previous ones", problem);
        _problem = problem;
        _failures = problem is null ? 0 : _failures + 1;
        _timer.Change(Next(), Timeout.InfiniteTimeSpan);
    }

    /// <summary>Loads the keys.</summary>
    /// <returns>Why not, or null.</returns>
    private async Task<string?> TryLoadAsync()
    {
        try
        {
            var document = _options.File is { } file ? FileContent.Read(file, _options.MaxBytes) : await FetchAsync();
            if (_current?.AreOf(document) == true)
                return null;
            var keys = SigningKeys.Parse(document);
            var isFirst = _current is null;
            _current = keys;
            if (!isFirst)
                Renewed(_logger, Source, keys.Count);
            return null;
        }
        catch (OperationCanceledException)
        {
            return $"no response within {_options.Timeout.TotalMilliseconds} ms";
        }
        catch (Exception exception)
        {
            return exception.GetBaseException().Message.ReplaceLineEndings(" ");
        }
    }

    private async Task<byte[]> FetchAsync()
    {
        using var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = _options.Timeout,
            SslOptions = new() { CertificateChainPolicy = TrustPolicy.Of(_options.CaFile is { } file ? Pem.LoadAuthorities(file) : null) },
        };
        using var client = new HttpClient(handler) { Timeout = _options.Timeout, MaxResponseContentBufferSize = _options.MaxBytes };
        using var answer = await client.GetAsync(new Uri(_options.Url!), _end.Token);
        return answer.StatusCode == HttpStatusCode.OK
            ? await answer.Content.ReadAsByteArrayAsync(_end.Token)
            : throw new HttpRequestException($"the response is {(int)answer.StatusCode}, not 200");
    }

    private TimeSpan Next()
    {
        if (_options.File is not null)
            return FileInterval;
        if (_failures == 0)
            return _options.RefreshInterval;
        var retry = FirstRetry * Math.Pow(2, Math.Min(_failures - 1, 10));
        return new[] { retry, LastRetry, _options.RefreshInterval }.Min();
    }

    // A query may hold what is not for logs.
    private string Source => _options.File ?? new Uri(_options.Url!).GetLeftPart(UriPartial.Path);

    [LoggerMessage(EventId = 1, EventName = "SigningKeysRenewed", Level = LogLevel.Information, Message = "Signing keys from {Source} changed: {Count}")]
    private static partial void Renewed(ILogger logger, string source, int count);

    [LoggerMessage(EventId = 2, EventName = "SigningKeysNotRenewed", Level = LogLevel.Warning, Message = "Cannot load signing keys from {Source}, {Consequence}: {Reason}")]
    private static partial void NotRenewed(ILogger logger, string source, string consequence, string reason);
}
