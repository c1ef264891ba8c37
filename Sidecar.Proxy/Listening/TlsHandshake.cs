using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Sidecar.Proxy.Observability;

namespace Sidecar.Proxy.Listening;

/// <summary>
/// Tells of a TLS handshake that fails. Kestrel ends the connection silently then, and says why in a debug message alone. A client that
/// leaves without a word, a TCP health check for instance, is not a failure.
/// </summary>
internal sealed class TlsHandshake
{
    /// <summary>Kestrel's category for handshakes.</summary>
    public const string Category = "Microsoft.AspNetCore.Server.Kestrel.Https.Internal.HttpsConnectionMiddleware";

    private const string Kind = "tls_handshake_failed";

    private static readonly AsyncLocal<TlsHandshake?> Current = new();

    private string? _reason;
    private bool _isDone;

    /// <summary>Hears why the current handshake fails.</summary>
    public static ILogger Log { get; } = new Listener();

    /// <summary>Puts TLS on a listener.</summary>
    /// <param name="listen">The listener.</param>
    /// <param name="options">The server's side of the handshake.</param>
    public static void Use(ListenOptions listen, TlsHandshakeCallbackOptions options)
    {
        var failures = listen.ApplicationServices.GetRequiredService<ConnectionFailures>();
        var time = listen.ApplicationServices.GetRequiredService<TimeProvider>();
        listen.Use(next => async connection =>
        {
            if (!await SpeaksAsync(connection, options.HandshakeTimeout, failures, time))
                return;
            var handshake = Current.Value = new TlsHandshake();
            try
            {
                await next(connection);
            }
            finally
            {
                if (!handshake._isDone)
                    failures.Tell(connection.RemoteEndPoint, Kind, handshake._reason ?? "the client broke it off");
            }
        });
        listen.UseHttps(options);
        listen.Use(next => connection =>
        {
            Current.Value!._isDone = true;
            // What follows runs for as long as the connection does.
            Current.Value = null;
            return next(connection);
        });
    }

    private static async ValueTask<bool> SpeaksAsync(ConnectionContext connection, TimeSpan patience, ConnectionFailures failures, TimeProvider time)
    {
        using var silence = new CancellationTokenSource(patience, time);
        var input = connection.Transport.Input;
        try
        {
            var first = await input.ReadAsync(silence.Token);
            input.AdvanceTo(first.Buffer.Start);
            return !first.Buffer.IsEmpty;
        }
        catch (IOException)
        {
            return false;
        }
        catch (OperationCanceledException)
        {
            failures.Tell(connection.RemoteEndPoint, Kind, "the client did not begin in time");
            return false;
        }
    }

    private sealed class Listener : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Debug;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (Current.Value is { } handshake)
                handshake._reason = exception?.GetBaseException().Message ?? (eventId.Name == "AuthenticationTimedOut" ? "it took too long" : handshake._reason);
        }
    }
}
