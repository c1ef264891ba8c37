namespace Sidecar.Proxy.Observability.Otlp;

/// <summary>
/// Sends one signal's records in batches. While the collector cannot be reached, a batch is tried again with growing pauses and the others wait behind it, as many as the
/// queue holds; the request path notices nothing of it.
/// </summary>
internal sealed partial class OtlpExporter : IOtlpSink, IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    // A collector that is gone must not keep the process from ending.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly OtlpSignal _signal;
    private readonly OtlpSettings _settings;
    private readonly OtlpClient _client;
    private readonly OtlpQueue _queue;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _wake = new(0);
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _pump;
    private bool _isFailing;

    /// <summary>Starts sending.</summary>
    /// <param name="signal">The signal.</param>
    /// <param name="settings">Where to and how.</param>
    /// <param name="envelope">What stands around the records.</param>
    /// <param name="logger">Where it is told that the collector is gone, and back.</param>
    public OtlpExporter(OtlpSignal signal, OtlpSettings settings, OtlpEnvelope envelope, ILogger<OtlpExporter> logger)
    {
        (_signal, _settings, _logger) = (signal, settings, logger);
        _client = new OtlpClient(settings, envelope);
        _queue = new OtlpQueue(settings.QueueSize, settings.BatchSize);
        _pump = Task.Run(PumpAsync);
    }

    /// <summary>How many records were lost.</summary>
    public long Dropped => _queue.Dropped;

    /// <inheritdoc />
    public void Add(ReadOnlySpan<byte> record)
    {
        if (_queue.Add(record))
            _wake.Release();
    }

    /// <summary>Sends what is left.</summary>
    /// <returns>When it is sent, or five seconds are over.</returns>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        try
        {
            await _pump.WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
        }

        _client.Dispose();
    }

    private async Task PumpAsync()
    {
        while (!_closing.IsCancellationRequested)
        {
            var isFull = await WaitAsync();
            while (_queue.TryTake(isPartWelcome: !isFull, out var batch))
                await SendAsync(batch);
        }

        while (_queue.TryTake(isPartWelcome: true, out var batch))
            await SendAsync(batch);
    }

    private async Task<bool> WaitAsync()
    {
        try
        {
            return await _wake.WaitAsync(_settings.Delay, _closing.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task SendAsync(OtlpBatch batch)
    {
        var pause = FirstPause;
        while (true)
        {
            // What follows a response runs where the response was read: a thread that the requests need, too.
            var outcome = await _client.SendAsync(batch).ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            Report(outcome);
            if (outcome.Problem is null)
                break;
            if (!outcome.MayRetry || _closing.IsCancellationRequested)
            {
                _queue.Drop(batch.Count);
                break;
            }

            var wait = outcome.RetryAfter ?? pause * (0.5 + Random.Shared.NextDouble());
            await Task.Delay(wait < LongestPause ? wait : LongestPause, _closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }

        ArrayPool<byte>.Shared.Return(batch.Buffer);
    }

    private void Report(OtlpOutcome outcome)
    {
        // At the end the collector often ends, too: that is no news.
        if (_closing.IsCancellationRequested || (outcome.Problem is null) != _isFailing)
            return;
        _isFailing = !_isFailing;
        if (outcome.Problem is null)
            Recovered(_logger, _signal.Name, Endpoint);
        else
            Failed(_logger, _signal.Name, Endpoint, outcome.Problem, outcome.MayRetry ? "they wait" : "they are lost");
    }

    private string Endpoint => Secrets.Hide(_settings.Endpoint.AbsoluteUri);

    [LoggerMessage(EventId = 1, EventName = "ExportFailed", Level = LogLevel.Warning, Message = "Cannot export {Signal} to {Endpoint}: {Problem}; {Consequence}")]
    private static partial void Failed(ILogger logger, string signal, string endpoint, string problem, string consequence);

    [LoggerMessage(EventId = 2, EventName = "ExportRecovered", Level = LogLevel.Information, Message = "Export of {Signal} works again: {Endpoint}")]
    private static partial void Recovered(ILogger logger, string signal, string endpoint);
}
