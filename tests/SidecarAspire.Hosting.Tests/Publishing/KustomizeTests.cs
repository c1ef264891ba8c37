using System.Text.Json.Nodes;

namespace SidecarAspire.Hosting.Tests.Publishing;

/// <summary>What <c>kubectl apply -k</c> would send, made by kubectl itself.</summary>
public sealed class KustomizeTests
{
    [Theory]
    [MemberData(nameof(PublishCases.Names), MemberType = typeof(PublishCases))]
    public async Task The_manifests_are_taken_as_they_are(string name)
    {
        using var publication = await PublishCases.PublishAsync(name);

        var built = await BuildAsync(publication, "kubernetes");

        Sorted(built.All).ShouldBe(Sorted(PublishedObjects.Of(publication).All));
    }

    [Theory]
    [MemberData(nameof(PublishCases.Names), MemberType = typeof(PublishCases))]
    public async Task Istio_injects_no_second_proxy_and_routes_to_the_Service(string name)
    {
        using var publication = await PublishCases.PublishAsync(name);

        var built = await BuildAsync(publication, "overlays/istio");

        built.PodMetadata["labels"]!["sidecar.istio.io/inject"]!.GetValue<string>().ShouldBe("false");
        built.PodMetadata["annotations"]!["sidecar.istio.io/inject"]!.GetValue<string>().ShouldBe("false");
        built.PodMetadata["labels"]!["app.kubernetes.io/name"]!.GetValue<string>().ShouldBe("legacy-app", "the patch adds and takes nothing away");
        built["Service"]["spec"]!["type"]!.GetValue<string>().ShouldBe("ClusterIP");
        built.Has("VirtualService").ShouldBeTrue();
        built["DestinationRule"]["spec"]!["trafficPolicy"]!["tls"]!["mode"]!.GetValue<string>().ShouldBe("DISABLE", "nothing in the Pod takes Istio's TLS");
    }

    [Theory]
    [MemberData(nameof(PublishCases.Names), MemberType = typeof(PublishCases))]
    public async Task Behind_a_Gateway_the_Service_has_no_load_balancer_of_its_own(string name)
    {
        using var publication = await PublishCases.PublishAsync(name);

        var built = await BuildAsync(publication, "overlays/gateway-api");

        built["Service"]["spec"]!["type"]!.GetValue<string>().ShouldBe("ClusterIP");
        built.Has("HTTPRoute").ShouldBeTrue();
    }

    private static async Task<PublishedObjects> BuildAsync(Publication publication, string folder)
    {
        var kubectl = await NpmPackages.KubectlAsync(publication.Folder, "kustomize", folder);
        kubectl.ExitCode.ShouldBe(0, kubectl.Error);
        return new PublishedObjects(YamlObjects.Parse(kubectl.Output));
    }

    private static IEnumerable<string> Sorted(IEnumerable<JsonObject> objects) => objects.Select(value => Canonical(value).ToJsonString()).Order(StringComparer.Ordinal);

    private static JsonNode Canonical(JsonNode node) => node switch
    {
        JsonObject mapping => new JsonObject(mapping.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => KeyValuePair.Create(field.Key, field.Value is null ? null : Canonical(field.Value)))),
        JsonArray sequence => new JsonArray([.. sequence.Select(item => item is null ? null : Canonical(item))]),
        _ => node.DeepClone(),
    };
}
