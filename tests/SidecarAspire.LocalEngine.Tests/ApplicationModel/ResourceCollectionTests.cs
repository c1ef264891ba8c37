using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace SidecarAspire.LocalEngine.Tests.ApplicationModel;

public sealed class ResourceCollectionTests
{
    private readonly ResourceCollection _resources = [new TestResource("api")];

    [Fact]
    public void A_name_used_twice_is_refused_in_any_case()
    {
        var error = Should.Throw<DistributedApplicationException>(() => _resources.Add(new TestResource("API")));

        error.Message.ShouldContain("with name 'API' because resource of type");
        error.Message.ShouldEndWith("with that name already exists. Resource names are case-insensitive.");
    }

    [Fact]
    public void A_resource_is_found_by_its_name_in_any_case()
    {
        _resources.TryGetByName("Api", out var found).ShouldBeTrue();

        found.ShouldBeSameAs(_resources[0]);
        _resources.TryGetByName("web", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("", "Name must be between 1 and 64 characters long.")]
    [InlineData("bad_name", "Name must contain only ASCII letters, digits, and hyphens.")]
    [InlineData("grüße", "Name must contain only ASCII letters, digits, and hyphens.")]
    [InlineData("1st", "Name must start with an ASCII letter.")]
    [InlineData("api-", "Name cannot end with a hyphen.")]
    [InlineData("a--b", "Name cannot contain consecutive hyphens.")]
    public void A_name_that_cannot_be_a_host_name_is_refused(string name, string problem) =>
        Should.Throw<DistributedApplicationException>(() => new TestResource(name)).Message.ShouldBe($"Resource name '{name}' is invalid. {problem}");

    [Fact]
    public void A_name_of_64_characters_is_the_longest()
    {
        new TestResource(new string('a', 64)).Name.Length.ShouldBe(64);
        Should.Throw<DistributedApplicationException>(() => new TestResource(new string('a', 65)));
    }
}
