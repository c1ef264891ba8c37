namespace Aspire.Hosting.Dashboard;

/// <summary>The environment of the dashboard's process.</summary>
internal static class DashboardEnvironment
{
    /// <summary>The variables that open something; their values are not to be shown.</summary>
    public static readonly IReadOnlySet<string> Secrets = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
    {
        "DASHBOARD__FRONTEND__BROWSERTOKEN",
        "DASHBOARD__OTLP__PRIMARYAPIKEY",
        "DASHBOARD__API__PRIMARYAPIKEY",
        "DASHBOARD__RESOURCESERVICECLIENT__APIKEY",
        "ASPIRE_DASHBOARD_FRONTEND_BROWSERTOKEN",
        "ASPIRE_DASHBOARD_RESOURCESERVICE_APIKEY",
    };

    private const string AllowedOrigins = "ASPIRE_DASHBOARD_CORS_ALLOWED_ORIGINS";

    /// <summary>Computes the environment.</summary>
    /// <param name="options">The options.</param>
    /// <param name="resourceService">Where the app host answers.</param>
    public static IReadOnlyDictionary<string, string> Of(DashboardOptions options, Uri resourceService)
    {
        var environment = new Dictionary<string, string>(options.PassedOn, StringComparer.OrdinalIgnoreCase)
        {
            ["ASPNETCORE_ENVIRONMENT"] = options.AspNetCoreEnvironment,
            ["ASPNETCORE_URLS"] = options.FrontendUrls,
            ["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = options.OtlpGrpcUrl,
            ["ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"] = options.OtlpHttpUrl,
            ["ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL"] = resourceService.GetLeftPart(UriPartial.Authority),
            ["ASPIRE_DASHBOARD_API_ENABLED"] = "true",
            // Its debugging sockets would stay in the temporary folder when a stop catches it while it starts.
            ["DOTNET_EnableDiagnostics"] = "0",
        };
        Guard("DASHBOARD__FRONTEND__", "BrowserToken", "BROWSERTOKEN", options.BrowserToken);
        Guard("DASHBOARD__OTLP__", "ApiKey", "PRIMARYAPIKEY", options.OtlpApiKey);
        Guard("DASHBOARD__API__", "ApiKey", "PRIMARYAPIKEY", options.ApiKey);
        Guard("DASHBOARD__RESOURCESERVICECLIENT__", "ApiKey", "APIKEY", options.ResourceServiceApiKey);

        // The dashboard knows the origins under another name.
        if (environment.Remove(AllowedOrigins, out var origins))
        {
            environment["DASHBOARD__OTLP__CORS__ALLOWEDORIGINS"] = origins;
            environment["DASHBOARD__OTLP__CORS__ALLOWEDHEADERS"] = "*";
        }

        return environment;

        void Guard(string prefix, string mode, string name, string? secret)
        {
            environment[$"{prefix}AUTHMODE"] = secret is null ? "Unsecured" : mode;
            if (secret is not null)
            {
                environment[$"{prefix}{name}"] = secret;
            }
        }
    }
}
