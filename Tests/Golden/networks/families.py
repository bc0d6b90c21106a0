"""The variants that have golden values, by family; the names are timm's, but for the family `classic`."""
import classic


def names(text):
    """The names of a text, with `{a,b}` spelled out."""
    found = []
    for word in text.split():
        expanded = [word]
        while any("{" in w for w in expanded):
            following = []
            for w in expanded:
                if "{" not in w:
                    following.append(w)
                    continue
                head, rest = w.split("{", 1)
                choices, tail = rest.split("}", 1)
                following += [head + choice + tail for choice in choices.split(",")]
            expanded = following
        found += expanded
    assert len(found) == len(set(found)), sorted(n for n in found if found.count(n) > 1)
    return found


FAMILIES = {
    "resnet": names("""
        resnet{10t,14t,18,18d,26,26d,26t,34,34d,50,50c,50d,50s,50t,101,101c,101d,101s,152,152c,152d,152s,200,200d}
        wide_resnet{50,101}_2 resnext50_32x4d resnext50d_32x4d resnext101_{32x4d,32x8d,64x4d,32x16d,32x32d}
        seresnet{18,34,50,50t,101,152,152d,200d,269d} seresnext26{d,t}_32x4d seresnext50_32x4d
        seresnext101_{32x4d,32x8d,64x4d} 
        ecaresnet{26t,50d,50t,101d,200d,269d} 
        resnetrs{50,101,152,200,270,350,420} resnetaa{34d,50,50d,101d} 
        resnetblur{18,50,50d,101d} """),
    "vit": names("""
        vit_{tiny,small,base,large}_patch16_{224,384} vit_{small,base,large}_patch32_{224,384} vit_{small,base}_patch8_224
        vit_large_patch14_224 vit_huge_patch14_224 vit_giant_patch14_224 vit_gigantic_patch14_224
        vit_base_patch16_224_miil vit_base_patch16_gap_224 vit_medium_patch16_gap_{240,256,384} vit_huge_patch14_gap_224
        vit_huge_patch16_gap_448 vit_giant_patch16_gap_224 vit_base_patch16_plus_240 vit_base_patch32_plus_256
        vit_{base,small,large}_patch14_dinov2 vit_{small,base,large}_patch14_reg4_dinov2 vit_giant_patch14{,_reg4}_dinov2
        vit_{wee,pwee,dwee,dpwee,little,dlittle,medium,betwixt}_patch16_reg1_gap_256
        vit_{little,medium,betwixt,mediumd,base}_patch16_reg4_gap_256 vit_{betwixt,mediumd}_patch16_reg4_gap_384
        vit_so150m_patch16_reg4_gap_{256,384} vit_so150m_patch16_reg4_map_256 vit_so150m2_patch16_reg1_gap_{256,384,448}
        vit_xsmall_patch16_clip_224 vit_{medium,betwixt}_patch32_clip_224 vit_medium_patch16_clip_224
        vit_base_patch32_clip_{224,256,384,448} vit_base_patch16_clip_{224,384} vit_base_patch{16,32}_clip_quickgelu_224
        vit_base_patch16_plus_clip_240 vit_large_patch14_clip_{224,336} vit_large_patch14_clip_quickgelu_{224,336}
        vit_huge_patch14_clip_{224,336,378} vit_huge_patch14_clip_quickgelu_{224,378} vit_giant_patch14_clip_224
        vit_gigantic_patch14_clip_{224,378} vit_gigantic_patch14_clip_quickgelu_224
        vit_base_patch16_siglip_{224,256,384,512} vit_base_patch16_siglip_gap_{224,256,384,512}
        vit_base_patch32_siglip{,_gap}_256 vit_large_patch16_siglip_{256,384,512} vit_large_patch16_siglip_gap_{256,384,512}
        vit_so400m_patch14_siglip_{224,378,384} vit_so400m_patch14_siglip_gap_{224,378,384,448,896}
        vit_so400m_patch16_siglip_{256,384,512} vit_so400m_patch16_siglip_gap_{256,384,512}
        vit_base_patch16_rpn_224 vit_base_patch16_xp_224 vit_{large,huge}_patch14_xp_224 vit_intern300m_patch14_448
        vit_small_patch16_{18x2,36x1}_224 vit_base_patch16_18x2_224
        deit_{tiny,small,base}_patch16_224 deit_base_patch16_384 deit_{tiny,small,base}_distilled_patch16_224
        deit_base_distilled_patch16_384 deit3_{small,base,large}_patch16_{224,384} deit3_medium_patch16_224
        deit3_huge_patch14_224
        beit_{base,large}_patch16_{224,384} beit_large_patch16_512 beitv2_{base,large}_patch16_224
        eva_large_patch14_{196,336} eva_giant_patch14_{224,336,560} eva02_{tiny,small}_patch14_{224,336}
        eva02_base_patch14_{224,448} eva02_large_patch14_{224,448} eva02_base_patch16_clip_224
        eva02_large_patch14_clip_{224,336}"""),
    "convnext": names("""
        convnext_{atto,femto,pico,nano}{,_ols} convnext_zepto_rms{,_ols} convnext_atto_rms convnext_tiny_hnf
        convnext_{tiny,small,base,large,xlarge,xxlarge} convnext_large_mlp
        convnextv2_{atto,femto,pico,nano,tiny,small,base,large,huge}"""),
    "efficientnet": names("""
        efficientnet_b{0,1,2,3,4,5,6,7,8} tf_efficientnet_b{0,1,2,3,4,5,6,7,8} efficientnet_l2 tf_efficientnet_l2
        efficientnet_lite{0,1,2,3,4} tf_efficientnet_lite{0,1,2,3,4} efficientnet_{es,em,el} tf_efficientnet_{es,em,el}
        efficientnetv2_{s,m,l,xl} efficientnetv2_rw_{t,s,m} tf_efficientnetv2_{s,m,l,xl,b0,b1,b2,b3}
        mobilenetv1_{100,100h,125} mobilenetv2_{035,050,075,100,110d,120d,140}
        mobilenetv3_large_{075,100,150d} mobilenetv3_small_{050,075,100} mobilenetv3_rw
        tf_mobilenetv3_{large,small}_{075,100} tf_mobilenetv3_{large,small}_minimal_100
        mnasnet_{050,075,100,140} mnasnet_small semnasnet_{050,075,100,140} fbnetc_100 spnasnet_100
        tinynet_{a,b,c,d,e} lcnet_{035,050,075,100,150}"""),
    "regnet": names("""
        regnetx_{002,004,004_tv,006,008,016,032,040,064,080,120,160,320}
        regnety_{002,004,006,008,008_tv,016,032,040,064,080,080_tv,120,160,320,640,1280,2560}"""),
    "densenet": names("densenet{121,161,169,201,264d} densenetblur121d"),
    "vgg": names("vgg{11,13,16,19}{,_bn}"),
    "swin": names("""
        swin_{tiny,small,base,large}_patch4_window7_224 swin_{base,large}_patch4_window12_384 swin_s3_{tiny,small,base}_224
        swinv2_{tiny,small,base}_window{8,16}_256 swinv2_{base,large}_window12_192
        swinv2_{base,large}_window12to{16_192to256,24_192to384}"""),
    "mixer": names("""
        mixer_{s16,s32,b16,b32,l16,l32}_224 gmixer_{12,24}_224 resmlp_{12,24,36,big_24}_224 gmlp_{ti16,s16,b16}_224"""),
    "inception": names("inception_v3"),
    "poolformer": names("poolformer_{s12,s24,s36,m36,m48} poolformerv2_{s12,s24,s36,m36,m48}"),
    "maxvit": names("""
        coatnet_{pico,nano,0,1,2,3}_rw_224 coatnet_bn_0_rw_224 coatnet_nano_cc_224 coatnet_{0,1,2,3,4,5}_224
        coatnet_rmlp_{nano,0,1,2,3}_rw_224 coatnet_rmlp_1_rw2_224 coatnet_rmlp_2_rw_384
        maxvit_{pico,nano,tiny}_rw_256 maxvit_tiny_rw_224 maxvit_rmlp_{pico,nano,tiny,small}_rw_256
        maxvit_rmlp_{small,base}_rw_224 maxvit_rmlp_base_rw_384 maxvit_tiny_pm_256
        maxvit_{tiny,small,base,large,xlarge}_tf_{224,384,512}"""),
    "resnetv2": names("""
        resnetv2_{18,18d,34,34d,50,50d,50d_gn,50t,101,101d,152,152d} resnetv2_{50x1,50x3,101x1,101x3,152x2,152x4}_bit"""),
    "fbnet": names("fbnetv3_{b,d,g}"),
    "classic": list(classic.NETWORKS),
}

# Their values are for the usual size even where that is heavy: the layers before the classifier depend on it.
FULL_SIZE = {"vgg", "inception"}

# With a gain of 1, rounding errors of these networks grow to more than 1e-5 of the logits.
SMALL_GAIN = {"poolformerv2": 0.5, "gmixer": 0.7}
