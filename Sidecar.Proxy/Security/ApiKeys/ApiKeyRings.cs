namespace Sidecar.Proxy.Security.ApiKeys;

/// <summary>Makes the keys of a configuration, and looks at no file twice.</summary>
/// <param name="time">The clock.</param>
/// <param name="logger">Where it says what it could not do.</param>
internal sealed class ApiKeyRings(TimeProvider time, ILogger<ApiKeyRing> logger) : IDisposable
{
    private readonly Lock _lock = new();
    private (string Path, ApiKeyFileWatch Watch)? _file;

    /// <summary>Makes the keys.</summary>
    /// <param name="options">What is configured, or null.</param>
    /// <returns>The keys, or null when none are configured.</returns>
    public ApiKeyRing? Make(ApiKeyOptions? options)
    {
        lock (_lock)
        {
            if (_file?.Path != options?.File)
            {
                _file?.Watch.Dispose();
                _file = options?.File is { } path ? (path, new ApiKeyFileWatch(path, time, logger)) : null;
            }

            return options is null ? null : new(options.Entries, _file?.Watch);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _file?.Watch.Dispose();
}
