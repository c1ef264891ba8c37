using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Security.Access;

public sealed class TrailingSlashTests
{
    [Theory]
    [InlineData("/admin", "403 not_allowed")]
    [InlineData("/admin/", "403 path_ambiguous")]
    [InlineData("/Admin//", "403 path_ambiguous")]
    [InlineData("/folder/", "403 not_allowed")]
    [InlineData("/folder", "403 path_ambiguous")]
    [InlineData("/open/", "200")]
    [InlineData("/open", "200")]
    [InlineData("/admin/x", "200")]
    [InlineData("/", "200")]
    [InlineData("/both", "403 not_allowed")]
    [InlineData("/both/", "200")]
    [InlineData("/both//", "403 path_ambiguous")]
    [InlineData("/login/", "403 not_allowed")]
    public async Task Rules_for_one_path_cannot_be_passed_by_with_a_slash_that_the_application_may_ignore(string path, string outcome)
    {
        await using var app = EchoApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(
            app.Url,
            "Sidecar:Security:Access:Anonymous=true",
            "Sidecar:Routes:0:Name=admin", "Sidecar:Routes:0:Match:Path=/admin", "Sidecar:Routes:0:Access:Allow:0:Addresses=10.0.0.1",
            "Sidecar:Routes:1:Name=folder", "Sidecar:Routes:1:Match:Path=/folder/", "Sidecar:Routes:1:Access:Allow:0:Addresses=10.0.0.1",
            "Sidecar:Routes:2:Name=open", "Sidecar:Routes:2:Match:Path=/open",
            "Sidecar:Routes:3:Name=both", "Sidecar:Routes:3:Match:Path=/both", "Sidecar:Routes:3:Access:Allow:0:Addresses=10.0.0.1",
            "Sidecar:Routes:4:Name=below", "Sidecar:Routes:4:Match:PathPrefix=/both/",
            "Sidecar:Routes:5:Name=login", "Sidecar:Routes:5:Match:Path=/login", "Sidecar:Routes:5:Access:Anonymous=true",
            "Sidecar:Routes:6:Name=inside", "Sidecar:Routes:6:Match:PathPrefix=/login", "Sidecar:Routes:6:Access:Allow:0:Addresses=10.0.0.1");

        (await sidecar.OutcomeAsync(path)).ShouldBe(outcome);
    }
}
