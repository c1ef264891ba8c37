namespace Sidecar.Proxy.Security.ApiKeys;

/// <summary>The keys of a file, read again every second: a mounted Secret is swapped by a link beside it, which file watchers miss.</summary>
internal sealed partial class ApiKeyFileWatch : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly string _file;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private volatile IReadOnlyDictionary<Digest, string> _current = new Dictionary<Digest, string>();
    private byte[]? _seen;
    private string? _problem;

    /// <summary>Reads the file, and begins to look at it.</summary>
    /// <param name="file">Its path.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where it says what it could not do.</param>
    public ApiKeyFileWatch(string file, TimeProvider time, ILogger logger)
    {
        (_file, _logger) = (file, logger);
        Look();
        _timer = time.CreateTimer(static state => ((ApiKeyFileWatch)state!).Look(), this, Interval, Interval);
    }

    /// <summary>Whose the keys in force are: the last ones that could be read.</summary>
    public IReadOnlyDictionary<Digest, string> Current => _current;

    /// <inheritdoc />
    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        try
        {
            var content = FileContent.Read(_file);
            if (_seen is null || !content.AsSpan().SequenceEqual(_seen))
                _current = ApiKeyFile.Parse(content);
            (_seen, _problem) = (content, null);
        }
        catch (Exception exception)
        {
            // Whatever it is: a timer's exception would end the process.
            var problem = exception.Message.ReplaceLineEndings(" ");
            if (problem != _problem)
                NotRenewed(_logger, _file, problem);
            _problem = problem;
        }
    }

    [LoggerMessage(EventId = 1, EventName = "ApiKeysNotRenewed", Level = LogLevel.Warning, Message = "Cannot load API keys from {File}, keeping the previous ones: {Reason}")]
    private static partial void NotRenewed(ILogger logger, string file, string reason);
}
