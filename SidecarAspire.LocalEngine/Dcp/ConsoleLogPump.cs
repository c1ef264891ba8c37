using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Dcp;

/// <summary>Carries what a program prints, and what the orchestrator says about it, into the resource's log.</summary>
internal sealed partial class ConsoleLogPump(ResourceLoggerService loggers, EngineOptions options, ILoggerFactory loggerFactory)
{
    private static readonly string[] s_sources = ["stdout", "stderr", "system"];

    /// <summary>Runs until the program has ended and everything it printed has been carried over.</summary>
    /// <param name="client">The orchestrator.</param>
    /// <param name="resource">The resource.</param>
    /// <param name="id">The name of the orchestrator's object for it.</param>
    /// <param name="output">Keeps the last lines.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public Task PumpAsync(DcpClient client, IResource resource, string id, LastOutput output, CancellationToken cancellationToken) =>
        Task.WhenAll(s_sources.Select(source => PumpAsync(client, resource, id, source, output, cancellationToken)));

    /// <summary>Parts a line from the time stamp in front of it.</summary>
    public static (DateTimeOffset? Time, string Text) Split(string line)
    {
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        var stamp = space < 0 ? line : line[..space];
        return DateTimeOffset.TryParse(stamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? (time, space < 0 ? string.Empty : line[(space + 1)..])
            : (null, line);
    }

    private async Task PumpAsync(DcpClient client, IResource resource, string id, string source, LastOutput output, CancellationToken cancellationToken)
    {
        var log = options.EnableResourceLogging ? loggerFactory.CreateLogger($"Resources.{resource.Name}") : null;
        var isSystem = source == "system";
        try
        {
            await foreach (var line in client.FollowLogAsync(id, source, cancellationToken).ConfigureAwait(false))
            {
                var (time, text) = Split(line);
                output.Add(text, isSystem);
                loggers.Append(id, isSystem ? $"[sys] {text}" : text, isError: source == "stderr", time);
                if (log is not null && !isSystem)
                {
                    LogLine(log, text);
                }
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            // The orchestrator is being shut down, or the object was deleted for a restart.
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Line}")]
    private static partial void LogLine(ILogger log, string line);
}
