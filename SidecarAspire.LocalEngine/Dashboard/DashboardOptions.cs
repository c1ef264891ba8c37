using System.Net;
using Microsoft.AspNetCore.Http;

namespace Aspire.Hosting.Dashboard;

/// <summary>Where the dashboard listens and what opens it; read by <see cref="DashboardConfiguration"/>.</summary>
internal sealed record DashboardOptions
{
    /// <summary>The addresses of the pages, separated by semicolons.</summary>
    public string FrontendUrls { get; init; } = "http://localhost:18888";

    /// <summary>Where OTLP over gRPC is taken.</summary>
    public string OtlpGrpcUrl { get; init; } = "http://localhost:4317";

    /// <summary>Where OTLP over HTTP is taken.</summary>
    public string OtlpHttpUrl { get; init; } = "http://localhost:4318";

    /// <summary>Where the app host answers the dashboard; port 0 for any.</summary>
    public IPEndPoint ResourceServiceAddress { get; init; } = new(IPAddress.Loopback, 0);

    /// <summary>What a browser logs in with; null when anybody may come in.</summary>
    public string? BrowserToken { get; init; }

    /// <summary>What telemetry has to bring along; null when nothing.</summary>
    public string? OtlpApiKey { get; init; }

    /// <summary>What callers of the dashboard's own API have to bring along; null when nothing.</summary>
    public string? ApiKey { get; init; }

    /// <summary>What the dashboard has to bring along to the app host; null when nothing.</summary>
    public string? ResourceServiceApiKey { get; init; }

    /// <summary>The dashboard's <c>ASPNETCORE_ENVIRONMENT</c>.</summary>
    public string AspNetCoreEnvironment { get; init; } = "Production";

    /// <summary>Whether the dashboard is shown among the resources.</summary>
    public bool ShowDashboardResource { get; init; }

    /// <summary>The dashboard's other settings, handed on as they are.</summary>
    public IReadOnlyDictionary<string, string> PassedOn { get; init; } = new Dictionary<string, string>();

    /// <summary>The address of the pages, https where there is a choice.</summary>
    public string BrowsableUrl
    {
        get
        {
            var addresses = FrontendUrls.Split(';', DashboardConfiguration.Separation).Select(BindingAddress.Parse).ToArray();
            var address = addresses.FirstOrDefault(a => a.Scheme == "https") ?? addresses[0];
            var host = address.Host is "*" or "+" or "0.0.0.0" or "[::]" ? "localhost" : address.Host;
            return $"{address.Scheme}://{host}:{address.Port}";
        }
    }

    /// <summary>Where a browser logs in; the pages themselves when no token is asked for.</summary>
    public string LoginUrl => BrowserToken is null ? BrowsableUrl : $"{BrowsableUrl}/login?t={BrowserToken}";
}
