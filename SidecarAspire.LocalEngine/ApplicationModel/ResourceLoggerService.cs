using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The console output of every resource: what its process writes and what the app host says about it.</summary>
public class ResourceLoggerService : IDisposable
{
    private readonly ConcurrentDictionary<string, ResourceLog> _logs = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The clock that stamps what the app host writes.</summary>
    internal TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Ends all watches.</summary>
    public void Dispose()
    {
        foreach (var log in _logs.Values)
        {
            log.Complete();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>A logger that writes to a resource's output.</summary>
    public ILogger GetLogger(IResource resource) => GetLogger(ResourceInstanceAnnotation.IdOf(resource));

    /// <summary>A logger that writes to a resource's output.</summary>
    /// <param name="resourceName">The id of the resource.</param>
    public ILogger GetLogger(string resourceName) => new ResourceLogger(LogOf(resourceName), TimeProvider);

    /// <summary>The last lines of a resource, then each new one, until the output is complete.</summary>
    public IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(IResource resource) => WatchAsync(ResourceInstanceAnnotation.IdOf(resource));

    /// <summary>The last lines of a resource, then each new one, until the output is complete.</summary>
    /// <param name="resourceName">The id of the resource.</param>
    public IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(string resourceName) => LogOf(resourceName).WatchAsync();

    /// <summary>The last lines of a resource.</summary>
    public IAsyncEnumerable<IReadOnlyList<LogLine>> GetAllAsync(IResource resource) => GetAllAsync(ResourceInstanceAnnotation.IdOf(resource));

    /// <summary>The last lines of a resource.</summary>
    /// <param name="resourceName">The id of the resource.</param>
    public IAsyncEnumerable<IReadOnlyList<LogLine>> GetAllAsync(string resourceName)
    {
        IReadOnlyList<LogLine> lines = LogOf(resourceName).Backlog();
        return new[] { lines }.ToAsyncEnumerable();
    }

    /// <summary>Says that nothing more comes from a resource, which ends the watches of it.</summary>
    public void Complete(IResource resource) => Complete(ResourceInstanceAnnotation.IdOf(resource));

    /// <summary>Says that nothing more comes from a resource, which ends the watches of it.</summary>
    /// <param name="name">The id of the resource.</param>
    public void Complete(string name) => LogOf(name).Complete();

    /// <summary>Forgets the lines of a resource.</summary>
    /// <param name="resourceName">The id of the resource.</param>
    public void ClearBacklog(string resourceName) => LogOf(resourceName).Clear();

    /// <summary>Takes a line as the process wrote it.</summary>
    /// <param name="resourceId">The id of the resource.</param>
    /// <param name="content">The line.</param>
    /// <param name="isError">Whether it came from standard error.</param>
    /// <param name="timestamp">When it was written; null when the line already begins with its time, as DCP's do.</param>
    internal void Append(string resourceId, string content, bool isError, DateTimeOffset? timestamp = null) =>
        LogOf(resourceId).Append(timestamp is { } time ? ResourceLogger.Stamp(time, content) : content, isError);

    /// <summary>The last lines of a resource, to show with an error.</summary>
    internal IReadOnlyList<LogLine> Tail(string resourceId, int count) => LogOf(resourceId).Backlog().TakeLast(count).ToArray();

    private ResourceLog LogOf(string resourceId) => _logs.GetOrAdd(resourceId, _ => new ResourceLog());
}
