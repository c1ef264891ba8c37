using System.Net;
using Aspire.Hosting;
using Aspire.Hosting.Dashboard;
using Microsoft.Extensions.Configuration;

namespace SidecarAspire.LocalEngine.Tests.Dashboard;

public class DashboardConfigurationTests
{
    private static readonly (string, string) s_unsecured = ("ASPIRE_ALLOW_UNSECURED_TRANSPORT", "true");

    [Fact]
    public void Listens_at_the_known_ports_unless_told_otherwise()
    {
        var options = Read();

        options.FrontendUrls.ShouldBe("http://localhost:18888");
        options.OtlpGrpcUrl.ShouldBe("http://localhost:4317");
        options.OtlpHttpUrl.ShouldBe("http://localhost:4318");
        options.ResourceServiceAddress.ShouldBe(new IPEndPoint(IPAddress.Loopback, 0));
    }

    [Fact]
    public void Listens_where_the_variables_of_Aspire_say()
    {
        var options = Read(
            s_unsecured,
            ("ASPNETCORE_URLS", "http://localhost:5000"),
            ("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "https://localhost:5001"),
            ("ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL", "http://127.0.0.1:5002"),
            ("ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL", "http://localhost:5003"));

        options.FrontendUrls.ShouldBe("http://localhost:5000");
        options.OtlpGrpcUrl.ShouldBe("https://localhost:5001");
        options.OtlpHttpUrl.ShouldBe("http://127.0.0.1:5002");
        options.ResourceServiceAddress.ShouldBe(new IPEndPoint(IPAddress.Loopback, 5003));
    }

    [Fact]
    public void Takes_free_ports_when_it_is_given_them()
    {
        var port = 7000;
        var options = DashboardConfiguration.Read(Configuration(("ASPNETCORE_URLS", "http://localhost:5000"), ("ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL", "http://localhost:5003")), () => port++);

        options.FrontendUrls.ShouldBe("http://127.0.0.1:7000");
        options.OtlpGrpcUrl.ShouldBe("http://127.0.0.1:7001");
        options.OtlpHttpUrl.ShouldBe("http://127.0.0.1:7002");
        options.ResourceServiceAddress.Port.ShouldBe(0);
    }

    [Theory]
    [InlineData("ASPNETCORE_URLS", "http://localhost:5000")]
    [InlineData("ASPNETCORE_URLS", "https://localhost:5001;http://localhost:5000")]
    [InlineData("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "http://localhost:5000")]
    [InlineData("ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL", "http://localhost:5000")]
    public void Refuses_plain_http_unless_it_is_allowed(string key, string urls)
    {
        var error = Should.Throw<DistributedApplicationException>(() => Read((key, urls)));

        error.Message.ShouldBe($"{key} is 'http://localhost:5000', but has to be an https address unless ASPIRE_ALLOW_UNSECURED_TRANSPORT is true.");
        Should.NotThrow(() => Read((key, urls), s_unsecured));
    }

    [Theory]
    [InlineData("ASPNETCORE_URLS", "localhost:5000")]
    [InlineData("ASPNETCORE_URLS", "ftp://localhost:5000")]
    [InlineData("ASPNETCORE_URLS", "http://unix:/tmp/x.sock")]
    [InlineData("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "nonsense")]
    public void Refuses_what_is_not_an_address(string key, string url) =>
        Should.Throw<DistributedApplicationException>(() => Read((key, url), s_unsecured)).Message.ShouldBe($"{key} is '{url}', which is not an http or https address.");

    [Theory]
    [InlineData("http://0.0.0.0:5003")]
    [InlineData("http://example.com:5003")]
    [InlineData("https://localhost:5003")]
    public void Answers_the_dashboard_on_loopback_alone(string url) =>
        Should.Throw<DistributedApplicationException>(() => Read(("ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL", url))).Message
            .ShouldBe($"ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL is '{url}', but has to be an http address on loopback.");

    [Fact]
    public void Makes_up_the_tokens_that_nobody_has_set()
    {
        var options = Read();

        string?[] tokens = [options.BrowserToken, options.OtlpApiKey, options.ApiKey, options.ResourceServiceApiKey];
        tokens.ShouldAllBe(token => token != null && token.Length == 32);
        tokens.ShouldBeUnique();
    }

    [Fact]
    public void Takes_the_tokens_that_are_set()
    {
        var options = Read(
            ("ASPIRE_DASHBOARD_FRONTEND_BROWSERTOKEN", "browser"),
            ("AppHost:BrowserToken", "not this one"),
            ("AppHost:OtlpApiKey", "otlp"),
            ("AppHost:DashboardApiKey", "api"),
            ("ASPIRE_DASHBOARD_RESOURCESERVICE_APIKEY", "service"));

        (options.BrowserToken, options.OtlpApiKey, options.ApiKey, options.ResourceServiceApiKey).ShouldBe(("browser", "otlp", "api", "service"));
    }

    [Fact]
    public void Asks_for_no_token_when_anybody_may_come_in()
    {
        var options = Read(("ASPIRE_DASHBOARD_UNSECURED_ALLOW_ANONYMOUS", "true"));

        (options.BrowserToken, options.OtlpApiKey, options.ApiKey, options.ResourceServiceApiKey).ShouldBe((null, null, null, null));
        options.LoginUrl.ShouldBe("http://localhost:18888");
    }

    [Theory]
    [InlineData("http://localhost:5000", "http://localhost:5000/login?t=t-1")]
    [InlineData("http://localhost:5000;https://localhost:5001", "https://localhost:5001/login?t=t-1")]
    [InlineData("http://*:5000", "http://localhost:5000/login?t=t-1")]
    [InlineData("http://0.0.0.0:5000/", "http://localhost:5000/login?t=t-1")]
    public void The_login_link_is_one_that_a_browser_can_open(string urls, string link) =>
        Read(s_unsecured, ("ASPNETCORE_URLS", urls), ("AppHost:BrowserToken", "t-1")).LoginUrl.ShouldBe(link);

    private static DashboardOptions Read(params (string Key, string Value)[] settings) => DashboardConfiguration.Read(Configuration(settings));

    private static IConfiguration Configuration(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create<string, string?>(s.Key, s.Value))).Build();
}
