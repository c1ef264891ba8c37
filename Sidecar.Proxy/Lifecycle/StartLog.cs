using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Sidecar.Proxy.Lifecycle;

/// <summary>One line that says where the sidecar is: with <c>PORT=0</c> nobody knows otherwise.</summary>
internal static partial class StartLog
{
    /// <summary>Writes it.</summary>
    /// <param name="app">A sidecar that has started.</param>
    public static void Write(WebApplication app)
    {
        // In the order in which they were configured: traffic, admin.
        if (app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.Take(2).ToArray() is not [var traffic, var admin])
            return;
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(StartLog).FullName!);
        var targets = string.Join(", ", app.Services.GetRequiredService<SidecarSettings>().Current.Upstream.Targets);
        Listening(logger, traffic, targets, admin);
    }

    [LoggerMessage(EventId = 1, EventName = "Listening", Level = LogLevel.Information, Message = "Listening on {Traffic} in front of {Targets}; admin on {Admin}")]
    private static partial void Listening(ILogger logger, string traffic, string targets, string admin);
}
