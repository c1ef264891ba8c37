using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Dashboard;

/// <summary>Reads <see cref="DashboardOptions"/> from the variables that Aspire reads.</summary>
internal static class DashboardConfiguration
{
    /// <summary>How a list of addresses is separated.</summary>
    public const StringSplitOptions Separation = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;

    /// <summary>The setting of <see cref="DashboardOptions.FrontendUrls"/>.</summary>
    public const string FrontendUrls = "ASPNETCORE_URLS";

    /// <summary>The setting of <see cref="DashboardOptions.OtlpGrpcUrl"/>.</summary>
    public const string OtlpGrpcUrl = "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL";

    /// <summary>The setting of <see cref="DashboardOptions.OtlpHttpUrl"/>.</summary>
    public const string OtlpHttpUrl = "ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL";

    private const string ResourceServiceUrl = "ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL";
    private const string AllowUnsecuredTransport = "ASPIRE_ALLOW_UNSECURED_TRANSPORT";
    private const int TokenBytes = 16;

    /// <summary>Reads the options and makes up the tokens that nobody has set.</summary>
    /// <param name="configuration">The app host's configuration.</param>
    /// <param name="freePort">Gives the ports when the configured ones are not to be used, as in tests.</param>
    /// <exception cref="DistributedApplicationException">An address is not one, or not secured although it has to be.</exception>
    public static DashboardOptions Read(IConfiguration configuration, Func<int>? freePort = null)
    {
        var defaults = new DashboardOptions();
        var options = defaults with
        {
            FrontendUrls = Urls(FrontendUrls, defaults.FrontendUrls),
            OtlpGrpcUrl = Urls(OtlpGrpcUrl, defaults.OtlpGrpcUrl),
            OtlpHttpUrl = Urls(OtlpHttpUrl, defaults.OtlpHttpUrl),
            ResourceServiceAddress = freePort is null && Text(configuration, ResourceServiceUrl) is { } url ? Loopback(url) : defaults.ResourceServiceAddress,
            AspNetCoreEnvironment = Text(configuration, "ASPNETCORE_ENVIRONMENT") ?? defaults.AspNetCoreEnvironment,
            ShowDashboardResource = IsTrue(configuration, "ASPIRE_SHOW_DASHBOARD_RESOURCES"),
            PassedOn = configuration.AsEnumerable()
                .Where(pair => pair.Value is not null && pair.Key.StartsWith("ASPIRE_DASHBOARD_", StringComparison.OrdinalIgnoreCase))
                .ToDictionary(pair => pair.Key, pair => pair.Value!, StringComparer.OrdinalIgnoreCase),
        };
        return IsTrue(configuration, "ASPIRE_DASHBOARD_UNSECURED_ALLOW_ANONYMOUS") ? options : options with
        {
            BrowserToken = Token(configuration, "ASPIRE_DASHBOARD_FRONTEND_BROWSERTOKEN", "AppHost:BrowserToken"),
            OtlpApiKey = Token(configuration, "AppHost:OtlpApiKey"),
            ApiKey = Token(configuration, "AppHost:DashboardApiKey"),
            ResourceServiceApiKey = Token(configuration, "ASPIRE_DASHBOARD_RESOURCESERVICE_APIKEY", "AppHost:ResourceService:ApiKey"),
        };

        string Urls(string key, string byDefault) =>
            freePort is not null ? $"http://127.0.0.1:{freePort()}" : Checked(configuration, key) ?? byDefault;
    }

    private static string? Text(IConfiguration configuration, string key) => configuration[key] is { Length: > 0 } value ? value : null;

    private static bool IsTrue(IConfiguration configuration, string key) => bool.TryParse(configuration[key], out var value) && value;

    private static string Token(IConfiguration configuration, params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            if (Text(configuration, key) is { } token)
            {
                return token;
            }
        }

        return Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes));
    }

    private static string? Checked(IConfiguration configuration, string key)
    {
        var urls = Text(configuration, key);
        foreach (var url in urls?.Split(';', Separation) ?? [])
        {
            if (Parse(key, url).Scheme == "http" && !IsTrue(configuration, AllowUnsecuredTransport))
            {
                throw new DistributedApplicationException($"{key} is '{url}', but has to be an https address unless {AllowUnsecuredTransport} is true.");
            }
        }

        return urls;
    }

    private static IPEndPoint Loopback(string url)
    {
        var address = Parse(ResourceServiceUrl, url);
        var host = address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? "127.0.0.1" : address.Host.Trim('[', ']');
        return address.Scheme == "http" && IPAddress.TryParse(host, out var ip) && IPAddress.IsLoopback(ip)
            ? new(ip, address.Port)
            : throw new DistributedApplicationException($"{ResourceServiceUrl} is '{url}', but has to be an http address on loopback.");
    }

    private static BindingAddress Parse(string key, string url)
    {
        try
        {
            if (BindingAddress.Parse(url) is { Scheme: "http" or "https", IsUnixPipe: false, IsNamedPipe: false } address)
            {
                return address;
            }
        }
        catch (FormatException)
        {
            // Told below in the words of the key.
        }

        throw new DistributedApplicationException($"{key} is '{url}', which is not an http or https address.");
    }
}
