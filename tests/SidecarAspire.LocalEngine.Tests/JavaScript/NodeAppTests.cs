using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.JavaScript;

namespace SidecarAspire.LocalEngine.Tests.JavaScript;

public sealed class NodeAppTests : IDisposable
{
    private readonly AnApplication _application = new();

    public void Dispose() => _application.Dispose();

    [Theory]
    [InlineData("Development", "development")]
    [InlineData("Production", "production")]
    public async Task Node_runs_the_script_in_the_apps_folder(string environment, string expected)
    {
        using var application = new AnApplication("--environment", environment);
        var app = application.Builder.AddNodeApp("app", "src", "server/main.js");

        app.Resource.Command.ShouldBe("node");
        app.Resource.WorkingDirectory.ShouldBe(application.Folder["src"]);
        var resolved = await application.ResolveAsync(app);
        resolved.Arguments.ShouldBe(["server/main.js"]);
        resolved.Variables.ShouldContain(v => v.Name == "NODE_ENV" && v.Value == expected);
    }

    [Theory]
    [InlineData(true, "ci")]
    [InlineData(false, "install")]
    public async Task Missing_packages_are_installed_first_by_a_resource_below_the_app(bool hasLockFile, string command)
    {
        var app = AddWithPackages(_application, hasLockFile);

        var installer = _application.Builder.CreateResourceBuilder<JavaScriptInstallerResource>("app-installer");
        installer.Resource.Command.ShouldBe("npm");
        installer.Resource.WorkingDirectory.ShouldBe(app.Resource.WorkingDirectory);
        (await _application.ResolveAsync(installer)).Arguments.ShouldBe([command]);
        installer.Resource.Annotations.OfType<ResourceRelationshipAnnotation>().ShouldHaveSingleItem().Resource.ShouldBeSameAs(app.Resource);
        var wait = app.Resource.Annotations.OfType<WaitAnnotation>().ShouldHaveSingleItem();
        wait.Resource.ShouldBeSameAs(installer.Resource);
        wait.WaitType.ShouldBe(WaitType.WaitForCompletion);
    }

    [Fact]
    public void Nothing_is_installed_while_publishing()
    {
        using var publishing = AnApplication.Publishing();
        AddWithPackages(publishing, hasLockFile: true);

        publishing.Builder.Resources.Select(r => r.Name).ShouldBe(["app"]);
    }

    private static IResourceBuilder<NodeAppResource> AddWithPackages(AnApplication application, bool hasLockFile)
    {
        application.Folder.Write("src/package.json", "{}");
        if (hasLockFile)
        {
            application.Folder.Write("src/package-lock.json", "{}");
        }

        return application.Builder.AddNodeApp("app", "src", "app.js");
    }
}
