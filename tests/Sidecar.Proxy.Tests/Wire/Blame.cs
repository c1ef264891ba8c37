using Microsoft.Extensions.Logging;

namespace Sidecar.Proxy.Tests.Wire;

/// <summary>
/// Watches all that a sidecar logs in any test: whatever a client, the application or an operator does is one line that says whose fault it is. A stack trace, an unhandled exception, or an
/// error that is not the sidecar's own fails the test in which it was logged.
/// </summary>
internal sealed class Blame
{
    // What an operator has to act on at once, although it is not the sidecar's fault.
    private static readonly string[] Errors =
    [
        "ConfigurationRefused", // What is mounted is not what is in force.
        "CertificateExpired", // Clients that check it are turned away.
    ];

    // The same as lines.
    private static readonly string[] ErrorLines = ["error: Configuration refused, ", "error: Certificate of "];

    private readonly List<string> _offences = [];

    /// <summary>Whether the test itself makes the sidecar fail.</summary>
    public bool IsExpected { get; set; }

    /// <summary>Looks at a record.</summary>
    public void See(string category, LogLevel level, EventId eventId, string message, Exception? exception)
    {
        if (level < LogLevel.Information)
            return;
        var offence = exception is not null ? $"an exception: {exception}"
            : message.Contains('\n', StringComparison.Ordinal) || message.Contains("   at ", StringComparison.Ordinal) ? "more than a line"
            : message.Contains("nhandled exception", StringComparison.Ordinal) ? "an unhandled exception"
            : level >= LogLevel.Error && !Errors.Contains(eventId.Name) ? "an error"
            : null;
        if (offence is null)
            return;
        lock (_offences)
            _offences.Add($"{level} {category} {eventId.Name}: {message} is {offence}");
    }

    /// <summary>Looks at what a process has printed.</summary>
    public void See(string line)
    {
        var isOffence = line.StartsWith("fatal: ", StringComparison.Ordinal) || line.StartsWith("   at ", StringComparison.Ordinal) || line.Contains("nhandled exception", StringComparison.Ordinal)
            || (line.StartsWith("error: ", StringComparison.Ordinal) && !ErrorLines.Any(expected => line.StartsWith(expected, StringComparison.Ordinal)));
        if (!isOffence)
            return;
        lock (_offences)
            _offences.Add(line);
    }

    /// <summary>Fails if there was anything.</summary>
    public void ShouldBeNobodys()
    {
        lock (_offences)
        {
            if (!IsExpected)
                _offences.ShouldBeEmpty();
        }
    }
}
