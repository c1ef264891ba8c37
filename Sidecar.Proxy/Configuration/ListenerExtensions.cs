using System.Net;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Sidecar.Proxy.Admin;
using Sidecar.Proxy.Lifecycle;

namespace Sidecar.Proxy.Configuration;

/// <summary>Opens the two ports.</summary>
public static class ListenerExtensions
{
    /// <summary>Configures Kestrel: the traffic port first, then the admin port.</summary>
    /// <param name="builder">The host.</param>
    /// <param name="options">The configuration to start with.</param>
    public static void AddListeners(this WebApplicationBuilder builder, SidecarOptions options)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);

        // ASPNETCORE_URLS and the like belong to web applications; here the contract alone says where to listen.
        builder.WebHost.UseSetting(WebHostDefaults.ServerUrlsKey, null);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // The application decides how large a body may be.
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            // Header values pass byte for byte, whatever their encoding.
            kestrel.RequestHeaderEncodingSelector = _ => Encoding.Latin1;
            kestrel.ResponseHeaderEncodingSelector = _ => Encoding.Latin1;
            kestrel.AllowResponseHeaderCompression = false;
            Listen(kestrel, options.Listener.Address, options.Listener.Port, listen => listen.UseDrain());
            Listen(kestrel, options.Admin.Address, options.Admin.Port, listen => listen.Use(next => connection =>
            {
                connection.Features.Set(AdminListener.Instance);
                return next(connection);
            }));
        });
    }

    private static void Listen(KestrelServerOptions kestrel, string address, int port, Action<Microsoft.AspNetCore.Server.Kestrel.Core.ListenOptions> configure)
    {
        if (address == "*")
            kestrel.ListenAnyIP(port, configure);
        // Kestrel cannot give both loopback addresses the same free port.
        else if (address == "localhost" && port != 0)
            kestrel.ListenLocalhost(port, configure);
        else
            kestrel.Listen(address == "localhost" ? IPAddress.Loopback : IPAddress.Parse(address), port, configure);
    }
}
