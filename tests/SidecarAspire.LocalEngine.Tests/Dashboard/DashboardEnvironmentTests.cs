using Aspire.Hosting.Dashboard;

namespace SidecarAspire.LocalEngine.Tests.Dashboard;

public class DashboardEnvironmentTests
{
    private static readonly Uri s_service = new("http://127.0.0.1:7000/");

    [Fact]
    public void Tells_the_dashboard_where_to_listen_whom_to_ask_and_what_to_ask_for()
    {
        var environment = DashboardEnvironment.Of(
            new() { BrowserToken = "b", OtlpApiKey = "o", ApiKey = "a", ResourceServiceApiKey = "r" }, s_service);

        environment.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}").ShouldBe(
        [
            "ASPIRE_DASHBOARD_API_ENABLED=true",
            "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL=http://localhost:4317",
            "ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL=http://localhost:4318",
            "ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL=http://127.0.0.1:7000",
            "ASPNETCORE_ENVIRONMENT=Production",
            "ASPNETCORE_URLS=http://localhost:18888",
            "DASHBOARD__API__AUTHMODE=ApiKey",
            "DASHBOARD__API__PRIMARYAPIKEY=a",
            "DASHBOARD__FRONTEND__AUTHMODE=BrowserToken",
            "DASHBOARD__FRONTEND__BROWSERTOKEN=b",
            "DASHBOARD__OTLP__AUTHMODE=ApiKey",
            "DASHBOARD__OTLP__PRIMARYAPIKEY=o",
            "DASHBOARD__RESOURCESERVICECLIENT__APIKEY=r",
            "DASHBOARD__RESOURCESERVICECLIENT__AUTHMODE=ApiKey",
            "DOTNET_EnableDiagnostics=0",
        ]);
    }

    [Fact]
    public void Without_tokens_everything_is_open()
    {
        var environment = DashboardEnvironment.Of(new(), s_service);

        environment.Where(pair => pair.Key.EndsWith("AUTHMODE", StringComparison.Ordinal)).Select(pair => pair.Value).ShouldBe(["Unsecured", "Unsecured", "Unsecured", "Unsecured"]);
        environment.Keys.ShouldNotContain(key => DashboardEnvironment.Secrets.Contains(key));
    }

    [Fact]
    public void Every_value_that_opens_something_is_a_known_secret()
    {
        var environment = DashboardEnvironment.Of(
            new() { BrowserToken = "opens", OtlpApiKey = "opens", ApiKey = "opens", ResourceServiceApiKey = "opens" }, s_service);

        environment.Where(pair => pair.Value == "opens").ShouldAllBe(pair => DashboardEnvironment.Secrets.Contains(pair.Key));
    }

    [Fact]
    public void Settings_of_the_dashboards_own_are_handed_on_but_do_not_win()
    {
        var environment = DashboardEnvironment.Of(
            new()
            {
                PassedOn = new Dictionary<string, string>
                {
                    ["ASPIRE_DASHBOARD_FORWARDEDHEADERS_ENABLED"] = "true",
                    ["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = "http://elsewhere:1",
                    ["ASPIRE_DASHBOARD_CORS_ALLOWED_ORIGINS"] = "http://localhost:3000",
                },
            },
            s_service);

        environment["ASPIRE_DASHBOARD_FORWARDEDHEADERS_ENABLED"].ShouldBe("true");
        environment["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"].ShouldBe("http://localhost:4317");
        environment["DASHBOARD__OTLP__CORS__ALLOWEDORIGINS"].ShouldBe("http://localhost:3000");
        environment["DASHBOARD__OTLP__CORS__ALLOWEDHEADERS"].ShouldBe("*");
        environment.Keys.ShouldNotContain("ASPIRE_DASHBOARD_CORS_ALLOWED_ORIGINS");
    }
}
