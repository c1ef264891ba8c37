using System.Text.Json;

namespace SidecarAspire.EndToEnd.Tests.Publishing;

/// <summary>The manifest of an app host whose sidecar comes with the package.</summary>
public sealed class PackagedSidecarManifestTests : IClassFixture<ManifestSchema>
{
    [Fact]
    public async Task The_sidecar_is_a_container_of_the_released_image_with_its_configuration_as_variables()
    {
        var file = Path.Combine(AppContext.BaseDirectory, "packaged-sidecar.json");
        var builder = DistributedApplication.CreateBuilder(["--publisher", "manifest", "--output-path", file]);
        builder.AddContainer("billing", "billing:1.0.0").WithHttpEndpoint(targetPort: 3000, env: "PORT").WithSidecar(sidecar => sidecar
            .WithHttpEndpoint(port: 8080)
            .WithExternalHttpEndpoints()
            .WithImage("registry.example/sidecar-proxy:1.0.0")
            .WithConfiguration(json => json["ReloadInterval"] = "5s"));

        await builder.Build().RunAsync(TestContext.Current.CancellationToken);

        (await ManifestSchema.ErrorsAsync(file)).ShouldBeEmpty();
        using var manifest = JsonDocument.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        var sidecar = manifest.RootElement.GetProperty("resources").GetProperty("billing-sidecar");
        sidecar.GetProperty("type").GetString().ShouldBe("container.v0");
        sidecar.GetProperty("image").GetString().ShouldBe("registry.example/sidecar-proxy:1.0.0");
        sidecar.TryGetProperty("args", out _).ShouldBeFalse("the image knows its program");
        var variables = sidecar.GetProperty("env");
        variables.GetProperty("TARGET").GetString().ShouldBe("{billing.bindings.http.url}");
        variables.GetProperty("PORT").GetString().ShouldBe("{billing-sidecar.bindings.http.targetPort}");
        variables.GetProperty("Sidecar__ReloadInterval").GetString().ShouldBe("5s");
        sidecar.GetProperty("bindings").GetProperty("http").GetProperty("external").GetBoolean().ShouldBeTrue();
        sidecar.GetProperty("bindings").GetProperty("admin").TryGetProperty("external", out _).ShouldBeFalse();
    }
}
