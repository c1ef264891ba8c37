using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Dashboard;

/// <summary>
/// The app host's side of the dashboard: a gRPC server on loopback. The framing is by hand, in <see cref="GrpcCall"/>: the
/// packages that would do it cannot be had everywhere.
/// </summary>
/// <param name="service">Answers the calls.</param>
/// <param name="options">The address and the key.</param>
/// <param name="loggerFactory">Logs calls that fail.</param>
internal sealed partial class ResourceServiceHost(ResourceService service, DashboardOptions options, ILoggerFactory loggerFactory) : IAsyncDisposable
{
    private const string KeyHeader = "x-resource-service-api-key";

    // How long a client may take to notice the end of its calls before its connection is cut.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    private readonly ILogger<ResourceServiceHost> _logger = loggerFactory.CreateLogger<ResourceServiceHost>();
    private readonly byte[]? _keyHash = options.ResourceServiceApiKey is { } key ? Hash(key) : null;
    private readonly CancellationTokenSource _stopping = new();
    private WebApplication? _app;

    /// <summary>Starts to listen.</summary>
    /// <returns>The address, for the dashboard's environment.</returns>
    /// <exception cref="DistributedApplicationException">The port is in use.</exception>
    public async Task<Uri> StartAsync(CancellationToken cancellationToken)
    {
        // An empty builder: the app host's own ASPNETCORE_URLS is the dashboard's address, and a log line for each of the
        // dashboard's calls is of no use to anybody.
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(options.ResourceServiceAddress, listen => listen.Protocols = HttpProtocols.Http2);
        });
        _app = builder.Build();
        _app.Run(HandleAsync);
        try
        {
            await _app.StartAsync(cancellationToken);
        }
        catch (IOException ex)
        {
            throw new DistributedApplicationException($"The app host cannot answer the dashboard on {options.ResourceServiceAddress}: {ex.Message}", ex);
        }

        return new(_app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single());
    }

    /// <summary>Ends all calls and stops listening.</summary>
    public async ValueTask DisposeAsync()
    {
        // The calls that watch never end by themselves.
        await _stopping.CancelAsync();
        if (Interlocked.Exchange(ref _app, null) is { } app)
        {
            using var patience = new CancellationTokenSource(s_patience);
            await app.StopAsync(patience.Token);
            await app.DisposeAsync();
        }
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    private async Task HandleAsync(HttpContext context)
    {
        if (!GrpcCall.IsGrpc(context.Request))
        {
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stopping.Token);
        var call = new GrpcCall(context, end.Token);
        try
        {
            if (!IsAllowed(context.Request))
            {
                throw new GrpcException(GrpcStatus.Unauthenticated, $"The {KeyHeader} header is missing or wrong.");
            }

            await service.AnswerAsync(context.Request.Path.Value, call);
            call.Complete(GrpcStatus.Ok);
        }
        catch (GrpcException ex)
        {
            call.Complete(ex.Status, ex.Message);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // Of all statuses the one after which the dashboard tries again.
            call.Complete(GrpcStatus.Unavailable);
        }
        catch (Exception ex)
        {
            LogFailed(ex, context.Request.Path);
            call.Complete(GrpcStatus.Internal, "The app host failed to answer; its log says why.");
        }
    }

    // Hashes have one length, so that the time a comparison takes says nothing about the key.
    private bool IsAllowed(HttpRequest request) =>
        _keyHash is null
        || (request.Headers[KeyHeader] is [{ } key] && CryptographicOperations.FixedTimeEquals(Hash(key), _keyHash));

    [LoggerMessage(Level = LogLevel.Error, Message = "The dashboard's call {Method} failed.")]
    private partial void LogFailed(Exception ex, string method);
}
