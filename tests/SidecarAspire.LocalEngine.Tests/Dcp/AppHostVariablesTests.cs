using Aspire.Hosting.Dcp;

namespace SidecarAspire.LocalEngine.Tests.Dcp;

public sealed class AppHostVariablesTests
{
    [Theory]
    [InlineData("ASPNETCORE_URLS", true)]
    [InlineData("aspnetcore_environment", true)]
    [InlineData("DOTNET_LAUNCH_PROFILE", true)]
    [InlineData("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", true)]
    [InlineData("Parameters__password", true)]
    [InlineData("AppHost__OtlpApiKey", true)]
    [InlineData("PATH", false)]
    [InlineData("DOTNET_ROOT", false)]
    [InlineData("OTEL_SERVICE_NAME", false)]
    public void What_speaks_to_the_app_host_is_not_handed_on(string name, bool expected) => AppHostVariables.Contains(name).ShouldBe(expected);
}
