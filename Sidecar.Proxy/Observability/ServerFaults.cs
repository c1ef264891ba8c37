namespace Sidecar.Proxy.Observability;

/// <summary>
/// Tells what Kestrel warns of in one line, without the stack that Kestrel attaches, and leaves out what any client can cause and the request's own record tells already.
/// </summary>
internal sealed partial class ServerFaults(ILogger<ServerFaults> logger) : ILogger
{
    /// <summary>Kestrel's categories begin with it.</summary>
    public const string Category = "Microsoft.AspNetCore.Server.Kestrel";

    /// <inheritdoc />
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc />
    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    /// <inheritdoc />
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        // A request that was given up while its body was on the way.
        if (logLevel < LogLevel.Warning || eventId.Name == "RequestBodyDrainBodyReaderInvalidState")
            return;
        var message = formatter(state, exception).ReplaceLineEndings(" ");
        var cause = exception is null ? "" : $" {exception.GetType().Name}: {exception.Message.ReplaceLineEndings(" ")}";
        Failed(logger, logLevel, message, cause);
    }

    [LoggerMessage(EventId = 1, EventName = "ServerFailed", Message = "{Message}{Cause}")]
    private static partial void Failed(ILogger logger, LogLevel level, string message, string cause);
}
