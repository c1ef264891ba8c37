using System.Net.Security;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Tls;

namespace Sidecar.Proxy.Server.Listening;

/// <summary>
/// Tells of a TLS handshake that fails. Kestrel ends the connection silently then, and says why in a debug message alone. A client that
/// leaves without a word, a TCP health check for instance, is not a failure.
/// </summary>
internal sealed class TlsHandshake
{
    /// <summary>Kestrel's category for handshakes.</summary>
    public const string Category = "Microsoft.AspNetCore.Server.Kestrel.Https.Internal.HttpsConnectionMiddleware";

    private const string Failed = "tls_handshake_failed";
    private const string Refused = "tls_client_certificate_refused";

    private static readonly AsyncLocal<TlsHandshake?> Current = new();

    private string? _reason;
    private string? _refusal;
    private bool _hasHello;
    private bool _isDone;

    /// <summary>What the client has proved by its certificate, or null.</summary>
    public ClientCertificate? Client { get; set; }

    /// <summary>Whether the client offers TLS 1.3.</summary>
    public bool OffersTls13 { get; private init; }

    /// <summary>Hears why the current handshake fails.</summary>
    public static ILogger Log { get; } = new Listener();

    /// <summary>Puts TLS on a listener.</summary>
    /// <param name="listen">The listener.</param>
    /// <param name="timeout">How long a handshake may take.</param>
    /// <param name="answer">The server's side of a handshake.</param>
    public static void Use(ListenOptions listen, TimeSpan timeout, Func<SslClientHelloInfo, TlsHandshake, SslServerAuthenticationOptions> answer)
    {
        var failures = listen.ApplicationServices.GetRequiredService<ConnectionFailures>();
        var time = listen.ApplicationServices.GetRequiredService<TimeProvider>();
        listen.Use(next => async connection =>
        {
            if (await ListenAsync(connection, timeout, failures, time) is not { } handshake)
                return;
            Current.Value = handshake;
            try
            {
                await next(connection);
            }
            catch (Exception exception) when (!handshake._isDone)
            {
                // What a client sends first can be anything, and SslStream asks for a certificate all the same.
                handshake._reason = handshake._hasHello ? exception.GetBaseException().Message : "the client did not begin with a ClientHello";
            }
            finally
            {
                if (handshake._refusal is { } refusal)
                    failures.Report(connection.RemoteEndPoint, Refused, refusal);
                else if (!handshake._isDone)
                    failures.Report(connection.RemoteEndPoint, Failed, handshake._reason ?? "the client broke it off");
            }
        });
        listen.UseHttps(new TlsHandshakeCallbackOptions { HandshakeTimeout = timeout, OnConnection = hello => new(Current.Value!.Answer(hello.ClientHelloInfo, answer)) });
        listen.Use(next => connection =>
        {
            var handshake = Current.Value!;
            handshake._isDone = true;
            if (handshake.Client is { } client)
                connection.Features.Set(client);
            // What follows runs for as long as the connection does.
            Current.Value = null;
            return next(connection);
        });
    }

    /// <summary>Ends the handshake because of what the client has shown, or has not.</summary>
    /// <param name="reason">Why, in words for an operator.</param>
    /// <returns>False, for whoever is asked whether the client may go on.</returns>
    public bool Refuse(string reason)
    {
        _refusal = reason;
        return false;
    }

    private SslServerAuthenticationOptions Answer(SslClientHelloInfo hello, Func<SslClientHelloInfo, TlsHandshake, SslServerAuthenticationOptions> answer)
    {
        _hasHello = true;
        return answer(hello, this);
    }

    /// <summary>Waits for the client's first message.</summary>
    private static async ValueTask<TlsHandshake?> ListenAsync(ConnectionContext connection, TimeSpan patience, ConnectionFailures failures, TimeProvider time)
    {
        using var silence = new CancellationTokenSource(patience, time);
        var input = connection.Transport.Input;
        try
        {
            while (true)
            {
                var read = await input.ReadAsync(silence.Token);
                var buffer = read.Buffer;
                var isWhole = read.IsCompleted || ClientHello.IsWhole(buffer);
                var handshake = isWhole && !buffer.IsEmpty ? new TlsHandshake { OffersTls13 = ClientHello.OffersTls13(buffer) } : null;
                input.AdvanceTo(buffer.Start, isWhole ? buffer.Start : buffer.End);
                if (isWhole)
                    return handshake;
            }
        }
        catch (IOException)
        {
            return null;
        }
        catch (OperationCanceledException)
        {
            failures.Report(connection.RemoteEndPoint, Failed, "the client did not begin in time");
            return null;
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
