using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace SidecarAspire.LocalEngine.Tests.ApplicationModel;

public sealed class ParameterResourceTests
{
    [Fact]
    public async Task The_value_comes_from_the_configuration()
    {
        using var application = new AnApplication("--Parameters:greeting", "Hello");
        var parameter = application.Builder.AddParameter("greeting");

        (await ValueAsync(parameter)).ShouldBe("Hello");
        parameter.Resource.ValueExpression.ShouldBe("{greeting.value}");
        parameter.Resource.Secret.ShouldBeFalse();
    }

    [Fact]
    public async Task A_hyphen_in_the_name_may_be_an_underscore_in_the_configuration()
    {
        using var application = new AnApplication("--Parameters:api_key", "k");

        (await ValueAsync(application.Builder.AddParameter("api-key"))).ShouldBe("k");
    }

    [Fact]
    public async Task A_value_given_in_AppHost_is_not_looked_for_elsewhere()
    {
        using var application = new AnApplication("--Parameters:greeting", "Hello");

        (await ValueAsync(application.Builder.AddParameter("greeting", "Hi"))).ShouldBe("Hi");
    }

    [Theory]
    [InlineData(null, "Hi")]
    [InlineData("Hello", "Hello")]
    public async Task A_value_published_as_default_gives_way_to_the_configuration(string? configured, string expected)
    {
        using var application = new AnApplication(configured is null ? [] : ["--Parameters:greeting", configured]);

        (await ValueAsync(application.Builder.AddParameter("greeting", "Hi", publishValueAsDefault: true))).ShouldBe(expected);
    }

    [Fact]
    public async Task A_missing_value_says_where_to_set_it()
    {
        using var application = new AnApplication();
        var parameter = application.Builder.AddParameter("api-key", secret: true);

        (await Should.ThrowAsync<DistributedApplicationException>(ValueAsync(parameter))).Message
            .ShouldBe("Parameter 'api-key' has no value: set Parameters:api-key in the app host's configuration, or the environment variable Parameters__api_key.");
        parameter.Resource.Secret.ShouldBeTrue();
    }

    [Fact]
    public async Task A_key_of_its_own_is_named_when_it_has_no_value()
    {
        using var application = new AnApplication();
        var parameter = application.Builder.AddParameterFromConfiguration("password", "Database:Password", secret: true).WithDescription("The owner's");

        (await Should.ThrowAsync<DistributedApplicationException>(ValueAsync(parameter))).Message
            .ShouldContain("set Database:Password in the app host's configuration, or the environment variable Database__Password.");
        parameter.Resource.Description.ShouldBe("The owner's");
    }

    [Fact]
    public async Task The_value_is_asked_for_once()
    {
        var asked = 0;
        var parameter = new ParameterResource("p", _ => $"{++asked}");

        await parameter.GetValueAsync(TestContext.Current.CancellationToken);

        (await parameter.GetValueAsync(TestContext.Current.CancellationToken)).ShouldBe("1");
    }

    private static async Task<string?> ValueAsync(IResourceBuilder<ParameterResource> parameter) =>
        await parameter.Resource.GetValueAsync(TestContext.Current.CancellationToken);
}
