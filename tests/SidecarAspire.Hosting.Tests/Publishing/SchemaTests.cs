using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SidecarAspire.Hosting.Tests.Publishing;

/// <summary>Everything published fits Kubernetes', Istio's and the Gateway API's own schemas, as the TypeScript compiler reads them.</summary>
public sealed class SchemaTests
{
    private static readonly JsonSerializerOptions s_plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly Dictionary<string, string> s_modules = new()
    {
        ["v1"] = "kubernetes-models/v1",
        ["apps/v1"] = "kubernetes-models/apps/v1",
        ["autoscaling/v2"] = "kubernetes-models/autoscaling/v2",
        ["policy/v1"] = "kubernetes-models/policy/v1",
        ["networking.k8s.io/v1"] = "kubernetes-models/networking.k8s.io/v1",
        ["networking.istio.io/v1beta1"] = "@kubernetes-models/istio/networking.istio.io/v1beta1",
        ["gateway.networking.k8s.io/v1"] = "@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1",
    };

    [Fact]
    public async Task All_objects_of_all_cases_fit()
    {
        var objects = new List<(string Name, JsonObject Object)>();
        foreach (var name in PublishCases.Names.Select(row => row.Data))
        {
            using var publication = await PublishCases.PublishAsync(name);
            foreach (var folder in new[] { "kubernetes", "istio", "gateway-api" })
            {
                objects.AddRange(PublishedObjects.Of(publication, folder).All.Select(value => ($"{name}/{folder}", value)));
            }
        }

        var compiler = await NpmPackages.CompileAsync(Source(objects));

        compiler.ExitCode.ShouldBe(0, compiler.Output);
        objects.Count.ShouldBeGreaterThan(30);
    }

    [Theory]
    [InlineData("replicas", "\"two\"")]
    [InlineData("replicaCount", "2")]
    public async Task A_field_that_Kubernetes_does_not_have_would_be_noticed(string field, string value)
    {
        using var publication = await PublishCases.PublishAsync("native");
        var deployment = PublishedObjects.Of(publication)["Deployment"];
        deployment["spec"]![field] = JsonNode.Parse(value);

        var compiler = await NpmPackages.CompileAsync(Source([("broken", deployment)]));

        compiler.ExitCode.ShouldNotBe(0);
        compiler.Output.ShouldContain("error TS");
    }

    private static string Source(IEnumerable<(string Name, JsonObject Object)> objects)
    {
        var source = new StringBuilder();
        foreach (var (index, (name, value)) in objects.Index())
        {
            var (version, kind) = (value["apiVersion"]!.GetValue<string>(), value["kind"]!.GetValue<string>());
            source.Append("// ").Append(name).Append('\n')
                .Append("export const o").Append(index).Append(": import('").Append(s_modules[version]).Append("').I").Append(kind)
                .Append(" = ").Append(value.ToJsonString(s_plain)).Append(";\n");
        }

        return source.ToString();
    }
}
